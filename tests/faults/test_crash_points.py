"""A process that dies between any two statements loses nothing and does nothing twice (RELIABILITY F2).

Everything is tried at every point within this process, where a crash is an exception nobody catches and the database
rolls back. That real processes killed there leave the same behind, `test_killed.py` shows.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.state import queue, reports, verification
from bot.state.base import metadata
from bot.state.store import Store
from bot.turn import Kind
from integrations.wecom.sandbox.phone import Phone
from integrations.wecom.sandbox.server import Sandbox
from tests import invariants
from tests.faults import crash, probe
from tests.faults.office import Office, a_list, to_review

WORKER = "li.fang"


def rows(store: Store) -> dict[str, Any]:
    """Everything that is written in the database."""
    with store.read() as conn:
        tables = metadata.sorted_tables
        return {one.name: sorted(map(repr, conn.execute(sa.select(one)))) for one in tables}


def count(store: Store, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    with store.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())


def test_a_tap_is_wholly_done_or_not_at_all_wherever_the_process_dies(office: Office, tmp_path: Path) -> None:
    office.list_arrives(tmp_path, a_list(2))
    office.hand_over()
    to_review(office, WORKER)
    confirm, before = office.tap(WORKER, "确认反馈"), rows(office.store)
    points = []
    for point in crash.everywhere(office, lambda: office.runner.handle(confirm)):
        points.append(point)
        if count(office.store, queue.inbox, queue.inbox.c.id == confirm.id):
            break
        assert rows(office.store) == before, f"a trace is left after dying {point}"
    assert points[-2:] == ["before commit", "after commit"]
    assert len(points) > 20

    after = rows(office.store)
    assert office.runner.handle(confirm).duplicate
    assert rows(office.store) == after, "the delivery that comes again changes nothing"
    assert count(office.store, reports.table) == 1
    invariants.check(office.store)


def test_a_list_is_wholly_taken_or_not_at_all_wherever_the_process_dies(office: Office) -> None:
    batch = office.rows_of(a_list(3))
    before = rows(office.store)
    for point in crash.everywhere(office, lambda: office.runner.handle(batch)):
        if point == "after commit":
            break
        assert rows(office.store) == before, f"a trace is left after dying {point}"
    assert office.runner.handle(batch).duplicate
    assert count(office.store, verification.table) == 3
    office.clock.moves(minutes=1)
    office.scheduler.fire_due()
    office.hand_over()
    assert office.has(WORKER, "核实反馈"), "an importer that died after its last batch leaves nobody untold"


def test_a_reminder_is_given_once_wherever_the_scheduler_dies(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.hand_over()
    office.clock.moves(minutes=10)
    points = []
    for point in crash.everywhere(office, office.scheduler.fire_due):
        points.append(point)
        office.clock.moves(seconds=61)  # the dead scheduler's claim runs out
    assert Counter(points)["before commit"] >= 2, "claim and event were both tried"
    ended = count(office.store, queue.timers, queue.timers.c.ended_at.is_not(None))
    said = count(office.store, queue.outbox, queue.outbox.c.cause.startswith("due:"))
    assert (ended, said) == (2, 2)


def test_a_hand_over_happens_once_wherever_the_sender_dies(office: Office, tmp_path: Path) -> None:
    office.list_arrives(tmp_path, a_list(1))
    for _ in crash.everywhere(office, office.hand_over):
        office.clock.moves(seconds=61)
    assert count(office.store, queue.inbox, queue.inbox.c.id.startswith("start:")) == 2
    assert len([card for card in office.live_cards(WORKER) if "核实反馈" in card.body]) == 1


def test_each_card_comes_once_wherever_the_sender_dies(office: Office, wecom: Sandbox) -> None:
    """A fresh card for each point, so that every point is met by a letter on its first way out.

    Who dies between WeCom's answer and the mark takes the response code along: that one card cannot be greyed when
    its time is over. It lies there till it is pressed, which is answered as late and brings a new code.
    """
    phone, at, asked, lost, done = Phone(wecom.url, WORKER), 0, 0, 0, False
    while not done:
        at += 1
        asked += _fresh_card(office)
        office.sender.drain()
        asked += _fresh_card(office)
        points = crash.Points(at)
        done = points.survived(office, office.sender.drain)
        office.clock.moves(seconds=61)
        office.sender.drain()
        cards = [message for message in phone.messages() if message["kind"] == "template_card"]
        live = [message for message in cards if message["controls"]]
        assert (len(cards), len(live)) == (asked, 1 + lost), f"after dying {points.passed[-1]}"
        assert f"第{asked + 1}次" in live[-1]["text"]
        lost += _between(points.passed, "after send_card", "after commit")
    assert {"after send_card", "after update_card"} <= {*points.passed}
    assert 0 < lost < at / 2
    unsent = count(office.store, queue.outbox, queue.outbox.c.state != "sent")
    assert unsent == count(office.store, queue.outbox, queue.outbox.c.reason == "no_code") == lost


def _fresh_card(office: Office) -> int:
    """Somebody asks, a minute later, for a card that takes the place of the last one."""
    office.clock.moves(seconds=61)
    office.asks(WORKER, probe.WORD)
    return 1


def _between(passed: list[str], first: str, last: str) -> bool:
    """Whether the end came after `first` and not before the `last` that follows it."""
    return first in passed and last not in passed[passed.index(first) :]


def test_an_answer_may_come_twice_but_never_not_at_all(office: Office, wecom: Sandbox) -> None:
    phone, at, done = Phone(wecom.url, WORKER), 0, False
    office.asks(WORKER, probe.WORD)
    while not done:
        at += 1
        office.clock.moves(seconds=61)
        office.runner.handle(office.event(Kind.TEXT, WORKER, text=f"话{at}"))
        points = crash.Points(at)
        done = points.survived(office, office.sender.drain)
        office.clock.moves(seconds=61)
        office.sender.drain()
        heard = [message for message in phone.messages() if message["text"] == f"听到：话{at}"]
        assert 1 <= len(heard) <= 2, f"after dying {points.passed[-1]}"
