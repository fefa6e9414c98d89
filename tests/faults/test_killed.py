"""Real processes, killed by SIGKILL at the same points: at some in every run, at all under the mark `slow`."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pytest

from bot.state import queue, reports, verification
from bot.turn import Event
from integrations.wecom.sandbox.phone import Phone
from integrations.wecom.sandbox.server import Sandbox
from tests import invariants
from tests.faults import probe
from tests.faults.crash import Points
from tests.faults.killed import Nursery, nursery
from tests.faults.office import NOWHERE, Office, a_list, to_review
from tests.faults.test_crash_points import WORKER, rows
from tests.faults.test_crash_points import count as how_many

EVERY = pytest.param("every", marks=pytest.mark.slow)


def chosen(office: Office, event: Event, which: str) -> Iterable[int]:
    """The points of a rehearsal that is rolled back: all, or some and both sides of the commit."""
    rehearsal = Points()
    with rehearsal.planted(office):
        Rehearsed(office).handle(event)
    last = len(rehearsal.passed) + 2  # the commit, which the rehearsal did not reach
    return range(1, last + 1) if which == "every" else (1, last // 3, 2 * last // 3, last - 1, last)


class _Enough(Exception):
    """The rehearsal is over."""


class Rehearsed:
    """A desk whose every transaction is rolled back."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def handle(self, event: Event) -> None:
        """Apply an event and take it back."""

        def work(conn: object) -> None:
            self.office.runner._apply(conn, event)  # type: ignore[arg-type]
            raise _Enough

        with pytest.raises(_Enough):
            self.office.store.write(work)


def die_and_come_again(office: Office, maker: Nursery, event: Event, which: str) -> None:
    """Kill a process at each point: before the commit nothing is left, after it all is there, a repeat adds nothing."""
    before, points = rows(office.store), list(chosen(office, event, which))
    for at in points:
        assert not maker.does(office, "event", at, event), f"nobody came by point {at}"
        if at != points[-1]:
            assert rows(office.store) == before, f"a trace is left by a process killed at point {at}"
    after = rows(office.store)
    assert after != before, "killed after the commit, it had been done"
    assert maker.does(office, "event", 0, event)
    assert rows(office.store) == after


@pytest.mark.parametrize("which", ["some", EVERY])
def test_a_tap_survives_processes_that_are_killed(
    office: Office, database_url: str, tmp_path: Path, which: str
) -> None:
    office.list_arrives(tmp_path, a_list(2))
    office.hand_over()
    to_review(office, WORKER)
    with nursery(database_url, NOWHERE) as maker:
        die_and_come_again(office, maker, office.tap(WORKER, "确认反馈"), which)
    assert how_many(office.store, reports.table) == 1


@pytest.mark.parametrize("which", ["some", EVERY])
def test_a_list_survives_processes_that_are_killed(office: Office, database_url: str, which: str) -> None:
    with nursery(database_url, NOWHERE) as maker:
        die_and_come_again(office, maker, office.rows_of(a_list(3)), which)
    assert how_many(office.store, verification.table) == 3


def free_token(office: Office) -> None:
    """The lease on the token of whoever died holding it runs out; it is on the wall's clock, twenty seconds long."""
    office.store.write(lambda conn: conn.execute(queue.tokens.update().values(lease_until=None)))


@pytest.mark.parametrize("step", [17, pytest.param(1, marks=pytest.mark.slow)])
def test_a_card_comes_once_from_senders_that_are_killed(
    office: Office, wecom: Sandbox, database_url: str, step: int
) -> None:
    phone = Phone(wecom.url, WORKER)
    with nursery(database_url, wecom.url) as maker:
        for at in count(1, step):
            office.asks(WORKER, probe.WORD)
            office.sender.drain()
            office.clock.moves(seconds=61)
            office.asks(WORKER, probe.WORD)
            done = maker.does(office, "send", at)
            office.clock.moves(seconds=61)
            free_token(office)
            assert maker.does(office, "send", 0)
            seen = [one for one in phone.messages() if one["kind"] == "template_card"]
            assert len(seen) == 2 * ((at - 1) // step + 1)
            assert seen[-1]["controls"]
            if done:
                break
    invariants.check(office.store)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_reminder_comes_once_from_schedulers_that_are_killed(office: Office, database_url: str, step: int) -> None:
    office.asks(WORKER, probe.WORD)
    office.clock.moves(minutes=10)
    with nursery(database_url, NOWHERE) as maker:
        for at in count(1, step):
            if maker.does(office, "timers", at):
                break
            office.clock.moves(seconds=61)
        office.clock.moves(seconds=61)
        assert maker.does(office, "timers", 0)
    assert how_many(office.store, queue.outbox, queue.outbox.c.cause.startswith("due:")) == 2
    assert how_many(office.store, queue.timers, queue.timers.c.ended_at.is_(None)) == 0
