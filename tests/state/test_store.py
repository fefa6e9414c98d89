"""The one way to write: processes lose nothing of each other, what failed leaves nothing, deadlocks are run again."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.state import queue
from bot.state.base import Utc
from bot.state.machine import Stale
from bot.state.store import ATTEMPTS, Store, Unavailable, _Gate
from tests import databases
from tests.state.counting import ROUNDS, TALLY

ROOT = Path(__file__).parents[2]
AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)


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


def read(store: Store, name: str = "ours") -> int:
    with store.read() as conn:
        return int(conn.execute(sa.select(TALLY.c.n).where(TALLY.c.name == name)).scalar_one())


def add(conn: sa.Connection, name: str = "ours") -> None:
    conn.execute(TALLY.update().where(TALLY.c.name == name).values(n=TALLY.c.n + 1))


# ── several processes ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_processes_that_read_then_write_lose_updates_by_the_librarys_default_and_none_by_ours(
    tally: Store, database_url: str
) -> None:
    command = [sys.executable, "-m", "tests.state.counting", database_url]
    with contextlib.ExitStack() as stack:
        crowd = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            for _ in range(3)
        ]
        for process in crowd:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        for process in crowd:
            assert process.stdin is not None
            process.stdin.close()
    assert [process.returncode for process in crowd] == [0, 0, 0], "nobody was told of an error"
    assert read(tally, "default") < 3 * ROUNDS, "the control: the default mode loses updates and says nothing"
    assert read(tally, "ours") == 3 * ROUNDS


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_reading_connection_cannot_write(tally: Store) -> None:
    with tally.read() as conn, pytest.raises(sa.exc.DBAPIError, match=r"readonly database|read-only transaction"):
        add(conn)
    assert read(tally) == 0


def test_a_list_can_be_read_while_somebody_writes(tally: Store) -> None:
    def work(conn: sa.Connection) -> int:
        add(conn)
        return read(tally)

    assert tally.write(work) == 0, "the reader sees what was committed, and does not wait"
    assert read(tally) == 1


# ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_naive_time_is_refused(store: Store) -> None:
    naive = sa.select(queue.timers).where(queue.timers.c.due_at < datetime(2022, 3, 15, 8, 0))  # noqa: DTZ001 -- meant
    with store.read() as conn, pytest.raises(sa.exc.StatementError, match="must carry its zone"):
        conn.execute(naive)


@pytest.mark.parametrize("hours", [-11, 0, 8])
def test_a_time_comes_back_as_the_same_instant_in_utc(store: Store, hours: int) -> None:
    local = AT.astimezone(timezone(timedelta(hours=hours)))
    store.write(lambda conn: conn.execute(queue.deliveries.insert().values(outbox_id="", recipient="", at=local)))
    with store.read() as conn:
        back = conn.execute(sa.select(queue.deliveries.c.at)).scalar_one()
    assert (back, back.utcoffset()) == (AT, timedelta())


def test_no_time_stays_no_time() -> None:
    assert Utc().process_bind_param(None, sa.create_engine("sqlite://").dialect) is None


# ── all or nothing ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Stale])
def test_work_that_raises_leaves_nothing(tally: Store, error: type[BaseException]) -> None:
    def work(conn: sa.Connection) -> None:
        add(conn)
        raise error

    with pytest.raises(Unavailable if error is Stale else error):
        tally.write(work)
    assert read(tally) == 0


def test_the_connection_that_wrote_writes_again_but_not_after_a_failure(tally: Store) -> None:
    opened: list[object] = []
    sa.event.listen(tally.engine, "checkout", lambda dbapi, *_: opened.append(dbapi))
    tally.let_go()
    for _ in range(3):
        tally.write(add)
    assert len(opened) == 1
    with pytest.raises(ZeroDivisionError):
        tally.write(lambda _: 1 // 0)
    tally.write(add)
    assert (len(opened), read(tally)) == (2, 4)


def test_stale_work_is_run_again_and_given_up_after_some_times(tally: Store) -> None:
    ran = []

    def work(conn: sa.Connection) -> None:
        add(conn)
        ran.append(1)
        if len(ran) < ATTEMPTS:
            raise Stale

    tally.write(work)
    assert (len(ran), read(tally)) == (ATTEMPTS, 1)
    with pytest.raises(Unavailable):
        tally.write(lambda conn: _raise(Stale()))


def _raise(error: Exception) -> None:
    raise error


def test_a_defect_in_the_work_is_no_weather(store: Store) -> None:
    def work(conn: sa.Connection) -> None:
        conn.execute(queue.inbox.insert().values(id="x", kind="tap", actor="", received_at=AT, outcome="perhaps"))

    with pytest.raises(sa.exc.IntegrityError):
        store.write(work)


def test_an_error_of_the_database_tells_nobodys_data(store: Store) -> None:
    values = {"id": "x" * 200, "kind": "tap", "actor": "王建明", "received_at": AT, "outcome": "perhaps"}
    with pytest.raises(sa.exc.DBAPIError) as caught:
        store.write(lambda conn: conn.execute(queue.inbox.insert().values(values | {"answer": b"", "body": b""})))
    assert "王建明" not in str(caught.value)


# ── SQLite ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_foreign_writer_makes_the_database_unavailable_and_nothing_is_kept(sqlite: Store) -> None:
    with contextlib.closing(sa.create_engine(sqlite.url).raw_connection()) as foreign:
        foreign.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
        with pytest.raises(Unavailable):
            sqlite.write(lambda conn: conn.execute(_delivery()))
        foreign.rollback()
    sqlite.write(lambda conn: conn.execute(_delivery()))
    with sqlite.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(queue.deliveries)).scalar() == 1


def test_a_full_disk_loses_nothing_and_is_forgotten_once_there_is_room(sqlite: Store) -> None:
    def fill(conn: sa.Connection) -> None:
        for _ in range(2000):
            conn.execute(_delivery())

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


def _delivery() -> sa.Insert:
    return queue.deliveries.insert().values(outbox_id="x" * 32, recipient="li.fang", at=AT)


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
        conn.execute(_delivery())
        sqlite.tidy()

    sqlite.write(lambda conn: conn.execute(_delivery()))
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


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cross(conn: sa.Connection, order: tuple[str, str], meet: threading.Barrier) -> None:
    add(conn, order[0])
    with contextlib.suppress(threading.BrokenBarrierError):  # only the first runs meet
        meet.wait(timeout=5)
        meet.abort()
    add(conn, order[1])


def test_a_deadlock_is_run_again_until_both_are_done(postgres: Store) -> None:
    store = postgres
    store.write(lambda conn: conn.execute(sa.text("CREATE TABLE tally (name VARCHAR(16) PRIMARY KEY, n INTEGER)")))
    store.write(lambda conn: conn.execute(TALLY.insert(), [{"name": "a", "n": 0}, {"name": "b", "n": 0}]))
    meet, errors = threading.Barrier(2), list[object]()
    sa.event.listen(store.engine, "handle_error", lambda context: errors.append(context.original_exception.sqlstate))
    orders = [("a", "b"), ("b", "a")]
    crowd = [threading.Thread(target=store.write, args=(lambda conn, o=o: _cross(conn, o, meet),)) for o in orders]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert "40P01" in errors, "there was a real deadlock"
    assert (read(store, "a"), read(store, "b")) == (2, 2)


def test_a_serialization_failure_is_run_again(postgres: Store) -> None:
    store = postgres
    store.write(lambda conn: conn.execute(sa.text("CREATE TABLE tally (name VARCHAR(16) PRIMARY KEY, n INTEGER)")))
    store.write(lambda conn: conn.execute(TALLY.insert(), {"name": "ours", "n": 0}))
    seen = []

    def work(conn: sa.Connection) -> None:
        conn.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        n = conn.execute(sa.select(TALLY.c.n)).scalar_one()
        seen.append(n)
        if len(seen) == 1:
            store.write(add)
        conn.execute(TALLY.update().values(n=n + 1))

    store.write(work)
    assert (seen, read(store)) == ([0, 1], 2)


def test_a_lost_connection_is_run_again(postgres: Store) -> None:
    pids = []

    def work(conn: sa.Connection) -> None:
        pids.append(conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
        if len(pids) == 1:
            postgres.write(lambda other: other.execute(sa.text(f"SELECT pg_terminate_backend({pids[0]}, 2000)")))
        conn.execute(_delivery())

    postgres.write(work)
    with postgres.read() as conn:
        assert (len(pids), conn.execute(sa.select(sa.func.count()).select_from(queue.deliveries)).scalar()) == (2, 1)


def test_connections_lost_while_nobody_wrote_cost_one_attempt_however_many_they_are(postgres: Store) -> None:
    pids: list[int] = []

    def deep(depth: int) -> None:
        postgres.write(lambda conn: _remembering(conn, pids, (lambda: deep(depth - 1)) if depth else None))

    deep(5)
    assert len(set(pids)) == 6, "six connections, each with a transaction open while the next began"
    with postgres.read() as conn:
        for pid in pids:
            conn.execute(sa.text(f"SELECT pg_terminate_backend({pid}, 2000)"))
    lost: list[bool] = []
    sa.event.listen(postgres.engine, "handle_error", lambda context: lost.append(context.is_disconnect))
    postgres.write(lambda conn: conn.execute(_delivery()))
    assert lost == [True]


def _remembering(conn: sa.Connection, pids: list[int], then: Callable[[], None] | None) -> None:
    pids.append(conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
    if then is not None:
        then()


def test_waiting_too_long_for_a_row_is_unavailable(postgres: Store) -> None:
    postgres.write(lambda conn: conn.execute(_delivery()))

    def outer(conn: sa.Connection) -> None:
        conn.execute(queue.deliveries.update().values(recipient="wang.qiang"))
        with pytest.raises(Unavailable):
            postgres.write(inner)

    def inner(conn: sa.Connection) -> None:
        conn.execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
        conn.execute(queue.deliveries.update().values(recipient="chen.jing"))

    postgres.write(outer)


def test_a_database_that_is_not_there_is_unavailable_at_once() -> None:
    store = Store("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(Unavailable):
        store.write(lambda conn: None)
    store.close()
