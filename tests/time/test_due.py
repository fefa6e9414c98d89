"""The question of each second steps into three indexes, also where PostgreSQL plans it without knowing the time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.state import due
from bot.state.store import Store
from tests import databases

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MANY = sa.text(
    "INSERT INTO wait (step, ref, path, holders, day, began, due, rung, at, stamp, told) "
    "SELECT 'feedback', n, '/1/', '[]', '2026-11-23', :noon, :noon, 0, CAST(:noon AS timestamptz) + n * INTERVAL '1 s',"
    " 1, 0 FROM generate_series(1, 30000) n"
)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Store]:
    """A PostgreSQL on which thirty thousand things wait, the first of them a second after noon."""
    for url in databases.fresh("postgres", tmp_path):
        store = Store(url)
        store.write(lambda conn: conn.execute(MANY, {"noon": NOON}))
        store.write(lambda conn: conn.exec_driver_sql("ANALYZE wait"))
        yield store
        store.close()


def test_no_table_is_read_from_end_to_end_however_often_it_is_asked(postgres: Store) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    sa.event.listen(postgres.reader, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    with postgres.read() as conn:
        assert [due.anything(conn, NOON + timedelta(seconds=second)) for second in (0, 1)] == [False, True]
    plan = generic_plan(postgres, *asked[0])
    assert "ix_wait_at" in plan
    assert "Seq Scan on wait" not in plan


def generic_plan(postgres: Store, statement: str, given: dict[str, Any]) -> str:
    """The plan for whatever the time will be: PostgreSQL's own choice from the sixth question on."""
    names = list(given)
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    values = ", ".join(f"'{value}'" for value in given.values())
    with postgres.engine.connect() as conn:
        conn.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        conn.exec_driver_sql(f"PREPARE asked AS {numbered}")
        return "\n".join(row[0] for row in conn.exec_driver_sql(f"EXPLAIN EXECUTE asked({values})"))
