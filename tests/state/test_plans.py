"""No question of a working day reads a whole table that grows: SQLite's own plans for every statement that is run."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import app, intake
from bot.bench import bed, people, traffic
from bot.bench.bed import City
from bot.effects import Done
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.state import queue
from bot.state.store import Store
from bot.turn import Event, Kind
from bot.web import webhook
from integrations.wecom import callback
from tests import databases

GROWING = (
    *("outbox", "verification", "card", "timer", "journal", "contact", "conversation", "inbox", "delivery"),
    *("notice", "notice_person", "vehicle", "wait", "nudge", "report", "forward", "supplement", "offline_duty"),
    *("call_attempt", "contact_history", "issuance", "boarding", "handover", "guest", "band"),
)
WORDS = (
    "待核实",
    "帮助",
    "为什么",
    "撤销",
    "进度",
    "待线下反馈",
    "待分派",
    "补充人员",
    "通知转运",
    "我的通知",
    "下班",
    "上班",
)
WHOLE = re.compile(rf"SCAN (?:{'|'.join(GROWING)})(?:_\d+)?$")


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    (url,) = databases.fresh("sqlite", tmp_path)
    core = app.core(url, bed.SECRET, bed.RULES)
    intake.directory(core, people.write_directory(tmp_path / "directory"))
    yield City(url, core)
    core.store.close()


@contextmanager
def explained(store: Store) -> Iterator[dict[str, list[str]]]:
    """Every SELECT and UPDATE run in here, with the steps of its plan that read a growing table from end to end."""
    found: dict[str, list[str]] = {}

    def explain(conn: Any, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE")) and not many:
            line = conn.connection.driver_connection
            plan = [row[3] for row in line.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            found[statement] = [step for step in plan if WHOLE.match(step)]

    sa.event.listen(store.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", explain)


def whole(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {" ".join(statement.split())[:160]: steps for statement, steps in found.items() if steps}


class Nowhere:
    """Effects that are done as soon as they are asked for."""

    def do(self, letter: queue.Letter) -> Done:
        return Done()


def test_feeding_a_contact_back_searches_and_never_reads_a_growing_table_whole(city: City, tmp_path: Path) -> None:
    intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 300))
    worker = people.communities()[0].workers[0]
    (ref,) = traffic.hand_out(city, [worker], 1)[worker]
    with explained(city.core.store) as found:
        for _, xml in traffic.deeds(city, worker, ref):
            city.core.runner.handle(webhook.as_event(callback.parse(xml.encode())))
        for userid in (worker, "lead", "cdc"):
            for words in WORDS:
                city.core.runner.handle(webhook.as_event(callback.parse(traffic.said(userid, words).encode())))
    assert len(found) > 15
    assert whole(found) == {}


@contextmanager
def steps_taken(store: Store) -> Iterator[Counter[str]]:
    """How many instructions of its machine SQLite takes for every statement run in here, whatever the machine."""
    found: Counter[str] = Counter()

    def watch(conn: Any, _cursor: object, statement: str, *_: object) -> None:
        conn.connection.driver_connection.set_progress_handler(lambda: found.update([statement]), 1)

    def leave(conn: Any, *_: object) -> None:
        conn.connection.driver_connection.set_progress_handler(None, 1)

    sa.event.listen(store.engine, "before_cursor_execute", watch)
    sa.event.listen(store.engine, "after_cursor_execute", leave)
    try:
        yield found
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", watch)
        sa.event.remove(store.engine, "after_cursor_execute", leave)


def test_feeding_a_contact_back_takes_as_many_steps_with_ten_times_the_people(city: City, tmp_path: Path) -> None:
    """An index of the community is an index too: the household was looked for among all who wait in the community."""
    worker = people.communities()[0].workers[0]
    costs = []
    for size in (300, 3_000):
        intake.contacts(city.core, people.write_csv(tmp_path / f"{size}.csv", size))
        (ref,) = traffic.hand_out(city, [worker], 1)[worker]
        with steps_taken(city.core.store) as found:
            for _, xml in traffic.deeds(city, worker, ref):
                city.core.runner.handle(webhook.as_event(callback.parse(xml.encode())))
        costs.append(found)
    few, many = costs
    assert sum(few.values()) > 1_000
    assert {statement: (few[statement], cost) for statement, cost in many.items() if cost > 1.5 * few[statement]} == {}


def test_telling_communities_searches(city: City, tmp_path: Path) -> None:
    intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 300))
    at = city.core.runner.now()
    with explained(city.core.store) as found:
        for home in people.communities()[:2]:
            for name in ("arrived", "refill"):
                event = Event(f"{name}:{home.code}", Kind.START, at, flow="push", ref=home.code, name=name)
                assert city.core.runner.handle(event).outcome == "applied"
    assert len(found) > 5
    assert whole(found) == {}


def test_a_list_that_comes_again_searches(city: City, tmp_path: Path) -> None:
    intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 300))
    with explained(city.core.store) as found:
        intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 300))
    assert whole(found) == {}


def test_claiming_and_ending_letters_and_timers_searches(city: City, tmp_path: Path) -> None:
    """A claim read the whole outbox once for each waiting letter: two seconds at three thousand."""
    intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 300))
    core = city.core
    with explained(core.store) as found:
        sender = Sender(core.store, core.keys, Nowhere(), core.runner.now)  # type: ignore[arg-type]
        assert sender.drain(64) > 0
        core.store.write(lambda conn: queue.letters_due(conn, core.runner.now()))
        core.store.write(lambda conn: queue.timers_due(conn, core.runner.now()))
        core.store.write(lambda conn: queue.claim_timers(conn, core.runner.now(), 500))
        core.store.write(lambda conn: queue.end_timer(conn, "nobody", core.runner.now()))
    assert len(found) > 6
    assert whole(found) == {}


def test_climbing_and_telling_searches(city: City, tmp_path: Path) -> None:
    intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 300))
    core, later = city.core, city.core.runner.now() + timedelta(minutes=16)
    core.runner.now = lambda: later
    clock = Scheduler(core.store, core.keys, core.runner.handle, lambda: 0, lambda: later)
    with explained(core.store) as found:
        assert clock.fire_due() >= 300
        later += timedelta(minutes=3)
        assert clock.fire_due() > 0
    assert len(found) > 6
    assert whole(found) == {}
