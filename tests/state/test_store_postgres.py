"""The store on PostgreSQL: deadlocks, lost connections and rows that somebody holds are met with another attempt."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.state import queue
from bot.state.store import Store, Unavailable
from tests.state.counting import TALLY, add, read

AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)
DELIVERY = queue.deliveries.insert().values(outbox_id="x" * 32, recipient="li.fang", at=AT)


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
        conn.execute(DELIVERY)

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
    postgres.write(lambda conn: conn.execute(DELIVERY))
    assert lost == [True]


def _remembering(conn: sa.Connection, pids: list[int], then: Callable[[], None] | None) -> None:
    pids.append(conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
    if then is not None:
        then()


def test_waiting_too_long_for_a_row_is_unavailable(postgres: Store) -> None:
    postgres.write(lambda conn: conn.execute(DELIVERY))

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
