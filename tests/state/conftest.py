"""Stores that only one engine can show, and two counters."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.state.store import Store
from tests import databases
from tests.state.counting import TALLY


@pytest.fixture
def tally(store: Store) -> Store:
    """A store with two counters at nought."""
    store.write(lambda conn: conn.execute(sa.text("CREATE TABLE tally (name VARCHAR(16) PRIMARY KEY, n INTEGER)")))
    store.write(lambda conn: conn.execute(TALLY.insert(), [{"name": "default", "n": 0}, {"name": "ours", "n": 0}]))
    return store


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Store]:
    """A store on PostgreSQL, for what only it can do."""
    for url in databases.fresh("postgres", tmp_path):
        store = Store(url)
        yield store
        store.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite, for what only it can do; it waits 50 ms for a lock, not three seconds."""
    for url in databases.fresh("sqlite", tmp_path):
        store = Store(url)
        sa.event.listen(store.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=50"))
        yield store
        store.close()
