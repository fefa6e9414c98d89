"""Fixtures for codes and bands."""

import pytest

from bot.state.sealed import Keyring
from bot.state.store import Store
from tests.codes.shelf import Shelf


@pytest.fixture
def shelf(store: Store, keys: Keyring) -> Shelf:
    """A shelf of bands on a fresh database."""
    return Shelf(store, keys)
