"""One running bot for all tests of the doors: they must leave nothing behind, so they can share it."""

from collections.abc import Iterator

import pytest

from tests import databases
from tests.world import World


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A bot with its sandbox on SQLite, behind a real HTTP server."""
    folder = tmp_path_factory.mktemp("house")
    for url in databases.fresh("sqlite", folder):
        with World(url, folder) as world:
            yield world
