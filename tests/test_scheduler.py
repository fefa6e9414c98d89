"""Time's door: a promise is kept once, an overtaken one is void, and a database that is away stops nobody."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.scheduler import Scheduler
from bot.state import journal, queue
from bot.state.store import Unavailable
from tests.faults import probe
from tests.faults.office import Office

WORKER = "li.fang"


@pytest.fixture
def office(database_url: str) -> Any:
    """An office with the demo's directory."""
    made = Office(database_url)
    made.opens()
    yield made
    made.close()


def said(office: Office) -> int:
    """How many letters promises have written."""
    with office.store.read() as conn:
        letters = sa.select(sa.func.count()).where(queue.outbox.c.cause.startswith("due:"))
        return int(conn.execute(letters).scalar_one())


def reasons(office: Office) -> list[str]:
    with office.store.read() as conn:
        due = sa.select(queue.inbox.c.reason).where(queue.inbox.c.kind == "due").order_by(queue.inbox.c.reason)
        return [row.reason for row in conn.execute(due)]


def test_a_promise_is_kept_when_it_is_due_and_not_before(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.clock.moves(minutes=9, seconds=59)
    assert (office.scheduler.fire_due(), said(office)) == (0, 0)
    office.clock.moves(seconds=1)
    assert (office.scheduler.fire_due(), said(office)) == (2, 2)
    office.clock.moves(days=1)
    assert (office.scheduler.fire_due(), said(office)) == (0, 2)


def test_a_promise_is_void_when_the_talk_has_moved_on_unless_it_was_meant_to_hold(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.taps(WORKER, "关闭")
    office.clock.moves(minutes=10)
    assert office.scheduler.fire_due() == 2
    assert (said(office), reasons(office)) == (1, ["", "overtaken"])


def test_two_schedulers_keep_a_promise_once(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.clock.moves(minutes=10)
    other = Scheduler(office.store, office.keys, office.runner.handle, lambda: 0, office.clock)
    assert office.scheduler.fire_due() + other.fire_due() == 2
    assert said(office) == 2


def test_what_a_dead_scheduler_had_claimed_is_kept_by_another_after_the_lease(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.clock.moves(minutes=10)
    office.store.write(lambda conn: queue.claim_timers(conn, office.clock(), 9))
    assert office.scheduler.fire_due() == 0
    office.clock.moves(seconds=61)
    assert (office.scheduler.fire_due(), said(office)) == (2, 2)


def test_a_promise_of_a_scenario_that_is_gone_is_put_aside_and_the_rest_goes_on(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    lost = queue.timers.update().where(queue.timers.c.name == "bound").values(flow="no_such_flow")
    office.store.write(lambda conn: conn.execute(lost))
    office.clock.moves(minutes=10)
    assert office.scheduler.fire_due() == 2
    assert (said(office), reasons(office)) == (1, ["", "KeyError"])
    assert office.scheduler.fire_due() == 0


def test_a_database_that_is_away_does_not_look_like_a_dead_ticker(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watchdog ended the process after half a minute without a database, and with it the web and its spool."""
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)

    def away(*_: Any) -> Any:
        raise Unavailable

    monkeypatch.setattr(office.store, "write", away)
    monkeypatch.setattr(office.store, "read", away)
    with pytest.raises(Unavailable):
        office.scheduler.fire_due()
    assert office.scheduler._beat == 1000.0


def test_the_journal_is_sealed_by_the_ticker(office: Office) -> None:
    office.clock.moves(minutes=2)
    office.scheduler.seal_journal()
    with office.store.read() as conn:
        assert conn.execute(sa.select(sa.func.sum(journal.seals.c.lines))).scalar() == 1
        assert journal.verify(conn, office.keys.audit) == []


def test_it_ticks_by_itself_and_survives_a_tick_that_fails(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tidied = threading.Event()
    monkeypatch.setattr(office.store, "tidy", tidied.set)
    office.asks(WORKER, probe.WORD)
    office.clock.at += timedelta(minutes=10)
    ticking = Ticking(office)
    ticking.start(watchdog=True)
    assert ticking.done.wait(20)
    assert tidied.wait(20)
    ticking.stop()
    assert said(office) == 2


class Ticking(Scheduler):
    """A scheduler that says when its timers' second tick has come, and whose first one fails."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.store, office.keys, office.runner.handle, lambda: 0, office.clock)
        self.done, self.ticks = threading.Event(), 0

    def fire_due(self) -> int:
        """Fail, then fire."""
        self.ticks += 1
        if self.ticks == 1:
            raise Unavailable
        fired = super().fire_due()
        self.done.set()
        return fired
