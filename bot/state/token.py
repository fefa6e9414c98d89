"""WeCom's access token, shared by every process through the database, fetched by one of them at a time.

Law: the value is sealed at rest; the lock is a lease, so that a process that dies while fetching blocks nobody long.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar

import sqlalchemy as sa

from bot.state.base import insert_once
from bot.state.queue import tokens as table
from bot.state.sealed import Keyring
from bot.state.store import Store

LEASE = timedelta(seconds=20)


class Kept(Protocol):
    """A token's value and the Unix time of its end."""

    @property
    def value(self) -> str: ...
    @property
    def expires_at(self) -> float: ...


T = TypeVar("T", bound=Kept)


class DatabaseTokens(Generic[T]):
    """Tokens by key. `make` builds the caller's own token type, so that this room need not know it."""

    def __init__(self, store: Store, keys: Keyring, make: Callable[[str, float], T]) -> None:
        self._store, self._keys, self._make = store, keys, make
        self._thread_lock = threading.Lock()

    def load(self, key: str) -> T | None:
        """The stored token, expired or not."""
        with self._store.read() as conn:
            row = conn.execute(sa.select(table).where(table.c.id == key)).first()
        if row is None or not row.value:
            return None
        return self._make(self._keys.open(row.value, "wecom_token", "value", key), row.expires_at.timestamp())

    def save(self, key: str, token: T) -> None:
        """Store a token; everyone who loads after this sees it."""
        box = self._keys.seal(token.value, "wecom_token", "value", key)
        values = {"value": box, "expires_at": datetime.fromtimestamp(token.expires_at, UTC)}
        self._store.write(lambda conn: conn.execute(table.update().where(table.c.id == key).values(values)))

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the key alone, over all threads and processes; waits for the holder or for its lease to run out."""
        with self._thread_lock:
            while not self._store.write(lambda conn: _lease(conn, key)):
                time.sleep(0.05)
            try:
                yield
            finally:
                free = table.update().where(table.c.id == key).values(lease_until=None)
                self._store.write(lambda conn: conn.execute(free))


def _lease(conn: sa.Connection, key: str) -> bool:
    now = datetime.now(UTC)
    conn.execute(insert_once(conn.dialect.name, table), {"id": key, "value": b"", "expires_at": now})
    unheld = sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now)
    change = table.update().where(table.c.id == key, unheld).values(lease_until=now + LEASE)
    return conn.execute(change).rowcount == 1
