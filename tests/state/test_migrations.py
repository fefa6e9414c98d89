"""Migrations meet a database that is already full: nothing is lost, and what referred to a rebuilt table still does."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.state import schema
from bot.state.store import Store

CONTACT = (
    "INSERT INTO contact (id, state, version, name, id_number, phone, category, index_case, place, address, note, "
    "created_at) VALUES ('c1', 'pending', 1, x'', x'', x'', '密接', x'', x'', x'', x'', '2022-11-12 00:00:00')"
)
TASK = (
    "INSERT INTO verification (id, state, version, contact_id, area_code, created_at, due_at) "
    "VALUES ('v1', 'open', 1, 'c1', '350203010034', '2022-11-12 00:00:00', '2022-11-12 02:00:00')"
)


@pytest.fixture
def old(tmp_path: Path) -> Store:
    """A database of the first release, with a person and their task in it."""
    store = Store(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    schema.migrate(store, "0001")
    with store.engine.begin() as conn:
        conn.exec_driver_sql(CONTACT)
        conn.exec_driver_sql(TASK)
    return store


def test_a_full_database_of_the_first_release_keeps_everybody(old: Store) -> None:
    schema.migrate(old)
    with old.read() as conn:
        kept = conn.exec_driver_sql("SELECT v.id, c.id FROM verification v JOIN contact c ON c.id = v.contact_id").all()
        assert [tuple(row) for row in kept] == [("v1", "c1")]
    old.close()


def test_references_hold_again_once_it_is_migrated(old: Store) -> None:
    schema.migrate(old)
    with pytest.raises(sa.exc.IntegrityError), old.engine.begin() as conn:
        conn.exec_driver_sql(TASK.replace("'v1'", "'v2'").replace("'c1'", "'nobody'"))
    old.close()
