"""P7: finding what is due among a million promises, beside the same question without the partial index."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.bench.bed import Bench
from bot.bench.figures import Figure, Goal
from bot.scheduler import BATCH
from bot.state import base, bulk, due, queue, waiting
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx

ROWS, DUE = 1_000_000, 500
CHUNK = 20_000
LOOKS = 20
_naive = "SELECT id FROM timer {hint} WHERE ended_at IS NULL AND due_at <= :now ORDER BY due_at LIMIT 500"
_HINTS = {"sqlite": "NOT INDEXED", "postgresql": ""}
_NO_KEYS = Keyring(["bench"])
AGAINST = "the question alone, without an index"


def sweep(bench: Bench) -> Iterator[Figure]:
    """500 due: claimed under a lease, as one statement; none due: the question each second asks in vain.

    `LOOKS` of those for each repetition: the first few of a connection are planned, all later ones are not.
    """
    count = bench.size(ROWS, 5_000)
    for engine in bench.engines:
        with bench.database(engine) as url:
            store, now = Store(url), datetime.now().astimezone()
            _fill(store, count, now)
            claimed = [_claim(store, now, DUE) for _ in range(bench.times)]
            naive = [_scan(store, now) for _ in range(bench.times)]
            _fill_waits(store, count, now)
            waits = [_rungs(store, now, DUE) for _ in range(bench.times)]
            none = [_nothing(store, now - timedelta(days=400)) for _ in range(LOOKS * bench.times)]
            store.close()
        case, scans = f"P7 {engine}", tuple(naive)
        yield Figure(
            case, f"{DUE} due of {count:,} timers, claimed", "ms", tuple(claimed), scans, AGAINST, Goal(most=40)
        )
        yield Figure(case, f"{DUE} rungs due of {count:,} waits, claimed", "ms", tuple(waits), goal=Goal(most=40))
        yield Figure(case, f"none due of {count:,} timers and waits", "ms", tuple(none), scans, AGAINST, Goal(most=1))


def _claim(store: Store, now: datetime, expected: int) -> float:
    """One sweep with its commit, in ms; the leases are given back for the next."""
    started = time.perf_counter()
    claimed = store.write(lambda conn: queue.claim_timers(conn, now, BATCH))
    took = 1000 * (time.perf_counter() - started)
    if len(claimed) != expected:
        raise RuntimeError(f"{len(claimed)} timers were claimed, {expected} are due")
    free = queue.timers.update().where(queue.timers.c.lease_until.is_not(None)).values(lease_until=None)
    store.write(lambda conn: conn.execute(free))
    return took


def _nothing(store: Store, now: datetime) -> float:
    """What time's door asks where nothing is due, in ms."""
    started = time.perf_counter()
    with store.read() as conn:
        found = due.anything(conn, now)
    took = 1000 * (time.perf_counter() - started)
    if found:
        raise RuntimeError("something is due")
    return took


def _rungs(store: Store, now: datetime, expected: int) -> float:
    """The same for what waits on the ladder, its own timer, in ms."""
    started = time.perf_counter()
    claimed = store.write(lambda conn: waiting.claim(Tx(conn, _NO_KEYS, now, "bench"), BATCH))
    took = 1000 * (time.perf_counter() - started)
    if len(claimed) != expected:
        raise RuntimeError(f"{len(claimed)} rungs were claimed, {expected} are due")
    return took


def _fill_waits(store: Store, count: int, now: datetime) -> None:
    """All of them open; as many due as of the timers."""
    for start in range(0, count, CHUNK):
        rows = [_wait(n, count, now) for n in range(start, min(start + CHUNK, count))]
        store.write(lambda conn, rows=rows: bulk.insert(conn, waiting.table, rows))  # type: ignore[misc]
    with store.engine.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE wait")


def _wait(n: int, count: int, now: datetime) -> Mapping[str, object]:
    step = max(1, count // DUE)
    due = n % step == 0 and n // step < DUE
    at = now - timedelta(seconds=n % 3600 + 1) if due else now + timedelta(seconds=60 + n % 2_592_000)
    return {
        "step": "feedback", "ref": f"{n:032x}", "path": "/1/", "holders": ["li"], "day": now.date(), "began": now,
        "due": at, "rung": 0, "at": at, "stamp": 1, "told": 0,
    }  # fmt: skip


def _scan(store: Store, now: datetime) -> float:
    """The question as a database answers it that has no index for it, in ms."""
    with store.engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(sa.text("SET LOCAL enable_indexscan = off"))
            conn.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        asked = sa.text(_naive.format(hint=_HINTS[conn.dialect.name])).bindparams(sa.bindparam("now", type_=base.Utc))
        started = time.perf_counter()
        conn.execute(asked, {"now": now}).all()
        return 1000 * (time.perf_counter() - started)


def _fill(store: Store, count: int, now: datetime) -> None:
    """Nine of ten have ended, 500 are due, the others lie in the next thirty days."""
    for start in range(0, count, CHUNK):
        rows = [_timer(n, count, now) for n in range(start, min(start + CHUNK, count))]
        store.write(lambda conn, rows=rows: conn.execute(queue.timers.insert(), rows))  # type: ignore[misc]
    with store.engine.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE timer")


def _timer(n: int, count: int, now: datetime) -> Mapping[str, object]:
    step = max(1, count // DUE)
    due = n % step == 0 and n // step < DUE
    ended = not due and n % 10 != 1
    at = now - timedelta(seconds=n % 3600 + 1) if due or ended else now + timedelta(seconds=60 + n % 2_592_000)
    return {
        "id": f"{n:032x}", "flow": "verification", "ref": f"{n:032x}", "name": "overdue", "turn": 1,
        "due_at": at, "ended_at": at if ended else None, "cause": "bench",
    }  # fmt: skip
