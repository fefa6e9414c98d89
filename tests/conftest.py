"""Fixtures for the whole tree: a fresh database of either kind, and a world with phones on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.state.sealed import Keyring
from bot.state.store import Store
from tests import databases
from tests.world import World

# A busy machine is slow at everything: how long an example took, or took to be made, says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

if (memory := databases.memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))

SECRET = "a-key-for-tests-and-for-nothing-else"


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database: every test that asks for it runs on SQLite and on PostgreSQL."""
    yield from databases.fresh(request.param, tmp_path)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on the fresh database."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def keys() -> Keyring:
    """The keyring of tests."""
    return Keyring([SECRET])


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """The demo world with a sandbox, a running bot and its members' phones."""
    with World(database_url, tmp_path) as made:
        yield made
