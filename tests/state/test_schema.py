"""The schema: the migrations make exactly the tables that the code knows, once, and a database behind says so."""

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.state import schema
from bot.state.base import metadata
from bot.state.store import Store


def test_the_migrations_make_the_tables_the_code_knows(store: Store) -> None:
    with store.engine.begin() as conn:
        found = compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)
    assert found == []


def test_migrating_twice_is_migrating_once(store: Store) -> None:
    with store.read() as conn:
        before = sorted(sa.inspect(conn).get_table_names())
    schema.migrate(store)
    with store.read() as conn:
        assert sorted(sa.inspect(conn).get_table_names()) == before
    assert schema.problems(store) == []


def test_an_empty_database_is_behind_and_the_command_is_named(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert schema.problems(store) == [schema.BEHIND]
    assert "bihuan migrate" in schema.BEHIND
    schema.migrate(store)
    assert schema.problems(store) == []
    store.close()
