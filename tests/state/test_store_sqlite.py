"""The store on SQLite: who holds the file, a disk that is full, the log and the queue of writers."""

import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.state import queue
from bot.state.store import Store, Unavailable, _Gate

AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)
DELIVERY = queue.deliveries.insert().values(outbox_id="x" * 32, recipient="li.fang", at=AT)


def test_a_foreign_writer_makes_the_database_unavailable_and_nothing_is_kept(sqlite: Store) -> None:
    with contextlib.closing(sa.create_engine(sqlite.url).raw_connection()) as foreign:
        foreign.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
        with pytest.raises(Unavailable):
            sqlite.write(lambda conn: conn.execute(DELIVERY))
        foreign.rollback()
    sqlite.write(lambda conn: conn.execute(DELIVERY))
    with sqlite.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(queue.deliveries)).scalar() == 1


def test_a_full_disk_loses_nothing_and_is_forgotten_once_there_is_room(sqlite: Store) -> None:
    def fill(conn: sa.Connection) -> None:
        for _ in range(2000):
            conn.execute(DELIVERY)

    def limit(conn: sa.Connection, pages: int) -> None:
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    sqlite.write(lambda conn: limit(conn, 1))  # SQLite takes it as "no more than there are now"
    with pytest.raises(Unavailable):
        sqlite.write(fill)
    with sqlite.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(queue.deliveries)).scalar() == 0
    sqlite.write(lambda conn: limit(conn, 1_000_000))
    sqlite.write(fill)
    with sqlite.read() as conn:
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert conn.execute(sa.select(sa.func.count()).select_from(queue.deliveries)).scalar() == 2000


def test_sqlite_writes_through_to_the_disk_before_it_says_yes(sqlite: Store) -> None:
    def pragmas(conn: sa.Connection) -> list[Any]:
        return [
            conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert sqlite.write(pragmas) == ["wal", 2, 1]


def test_what_has_been_tidied_stands_in_the_file_itself_though_somebody_is_writing(
    sqlite: Store, tmp_path: Path
) -> None:
    def delivered() -> int:
        copy = tmp_path / "copy.sqlite3"
        copy.write_bytes(Path(str(sqlite.url.database)).read_bytes())
        with contextlib.closing(sqlite3.connect(copy)) as alone:
            return int(alone.execute("SELECT count(*) FROM delivery").fetchone()[0])

    def outer(conn: sa.Connection) -> None:
        conn.execute(DELIVERY)
        sqlite.tidy()

    sqlite.write(lambda conn: conn.execute(DELIVERY))
    sqlite.tidy()
    assert delivered() == 1
    sqlite.write(outer)
    assert delivered() == 1, "what is not committed is not copied"
    sqlite.tidy()
    assert delivered() == 2


def test_a_writer_that_has_stood_in_the_queue_too_long_gives_up_so_that_the_callback_can_be_spooled(
    tmp_path: Path,
) -> None:
    clock = iter([0.0, 2.5, 10.0, 10.5, 20.0, 90.0])
    gate = _Gate(tmp_path / "lock", clock.__next__)
    with pytest.raises(Unavailable), gate.held(2.0):
        raise AssertionError("not let in")
    with gate.held(2.0):
        pass  # the next one finds the gate free
    with gate.held(None):
        pass  # nobody waits for what is done in the background: it stands in the queue as long as it takes
    gate.close()
