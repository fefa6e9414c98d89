"""The one way to write: processes lose nothing of each other, what failed leaves nothing, deadlocks are run again."""

import contextlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.state import queue
from bot.state.base import Utc
from bot.state.machine import Stale
from bot.state.store import ATTEMPTS, Store, Unavailable
from tests.state.counting import ROUNDS, add, read

ROOT = Path(__file__).parents[2]
AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)


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
