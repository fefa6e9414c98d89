"""The sender against a WeCom that is busy, refuses, loses its answers, goes away and comes back."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from bot.state import queue
from bot.state.store import Unavailable
from bot.turn import Kind
from integrations.wecom.sandbox.phone import Phone
from integrations.wecom.sandbox.server import Sandbox
from tests import invariants
from tests.faults import probe
from tests.faults.office import Office, sandbox

WORKER = "li.fang"


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office with the demo's directory; every promise holds when the test is over."""
    made = Office(database_url)
    made.opens()
    yield made
    invariants.check(made.store)
    made.close()


@pytest.fixture
def wecom(office: Office) -> Iterator[Sandbox]:
    """A WeCom for this office."""
    with sandbox(office) as made:
        yield made


def trouble(wecom: Sandbox, kind: str, value: float = 0, endpoint: str = "message/*", count: int | None = 1) -> None:
    """Plan a fault through the control API."""
    plan = {"endpoint": endpoint, "kind": kind, "value": value, "count": count}
    assert requests.post(f"{wecom.url}/control/faults", json=plan, timeout=5).status_code == 200


def calls(wecom: Sandbox, endpoint: str) -> int:
    return len(wecom.log.find(direction="api", name=endpoint))


def letters(office: Office, kind: str) -> list[Any]:
    with office.store.read() as conn:
        out = queue.outbox
        return list(conn.execute(sa.select(out).where(out.c.kind == kind).order_by(out.c.seq)))


def cards(wecom: Sandbox, live: bool = False) -> int:
    shown = [one for one in Phone(wecom.url, WORKER).messages() if one["kind"] == "template_card"]
    return len([one for one in shown if one["controls"] or not live])


# ── every class of trouble ────────────────────────────────────────────────────────────────────────────────────────────


def test_busy_waits_without_counting_and_goes_on(office: Office, wecom: Sandbox) -> None:
    trouble(wecom, "errcode", -1)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    [card] = letters(office, "card")
    assert (card.state, card.attempts, card.reason) == ("waiting", 0, "errcode -1")
    office.clock.moves(seconds=2)
    office.sender.drain()
    assert (letters(office, "card")[0].state, cards(wecom)) == ("sent", 1)


def test_a_limit_on_the_whole_channel_stops_every_call_until_it_is_over(office: Office, wecom: Sandbox) -> None:
    trouble(wecom, "errcode", 45009)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    office.asks("wang.qiang", probe.WORD)
    office.clock.moves(seconds=59)
    office.sender.drain()
    assert calls(wecom, "message/send") == 1, "nobody knocks while the door is shut"
    office.clock.moves(seconds=2)
    office.sender.drain()
    assert [card.state for card in letters(office, "card")] == ["sent", "sent"]


def test_a_refused_message_fails_aloud_and_holds_nobody_up(
    office: Office, wecom: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    trouble(wecom, "errcode", 40058)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    first, second = letters(office, "card")
    assert (first.state, first.reason, second.state) == ("failed", "errcode 40058", "sent")
    assert "letter given up" in caplog.text


@pytest.mark.parametrize(("kind", "value"), [("lost_reply", 0), ("drop", 0), ("http", 502)])
def test_an_answer_that_never_came_is_asked_for_again_and_one_card_is_on_the_phone(
    office: Office, wecom: Sandbox, kind: str, value: float
) -> None:
    trouble(wecom, kind, value)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    [card] = letters(office, "card")
    assert (card.state, card.attempts) == ("waiting", 1)
    office.clock.moves(minutes=5)
    office.sender.drain()
    [card] = letters(office, "card")
    repeated = "errcode 42014" if kind == "lost_reply" else ""
    assert (card.state, card.reason, cards(wecom)) == ("sent", repeated, 1)


def test_an_update_whose_answer_was_lost_counts_as_done_when_its_code_is_spent(office: Office, wecom: Sandbox) -> None:
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    trouble(wecom, "lost_reply", endpoint="message/update_template_card")
    office.taps(WORKER, "关闭")
    office.sender.drain()
    office.clock.moves(minutes=5)
    office.sender.drain()
    [update] = letters(office, "update")
    assert (update.state, update.reason, cards(wecom, live=True)) == ("sent", "errcode 60140", 0)


@pytest.mark.parametrize(("code", "kind"), [(42014, "card"), (60140, "update")])
def test_the_same_codes_on_a_first_attempt_are_refusals(office: Office, wecom: Sandbox, code: int, kind: str) -> None:
    endpoint = "message/send" if kind == "card" else "message/update_template_card"
    if kind == "update":
        office.asks(WORKER, probe.WORD)
        office.sender.drain()
    trouble(wecom, "errcode", code, endpoint)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    assert letters(office, kind)[0].state == "failed"


def test_a_member_wecom_cannot_reach_is_not_taken_for_reached(office: Office, wecom: Sandbox) -> None:
    member = {"userid": WORKER, "name": "李芳", "licensed": False}
    assert requests.post(f"{wecom.url}/control/members", json=member, timeout=5).status_code == 200
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    [card] = letters(office, "card")
    assert (card.state, card.reason) == ("failed", "not_reached")


def test_an_answer_nobody_could_take_in_time_expires(office: Office, wecom: Sandbox) -> None:
    trouble(wecom, "http", 503, count=None)
    office.asks(WORKER, probe.WORD)
    office.runner.handle(office.event(Kind.TEXT, WORKER, text="你好"))
    office.sender.drain()
    office.clock.moves(minutes=16)
    office.sender.drain()
    [answer] = letters(office, "text")
    assert (answer.state, answer.reason) == ("expired", "too_late")
    assert letters(office, "card")[0].state == "waiting", "a task is still worth its sending"


# ── WeCom goes away and comes back ────────────────────────────────────────────────────────────────────────────────────


def test_wecom_may_be_away_for_an_hour_and_nothing_is_lost_or_doubled(office: Office) -> None:
    for person in (WORKER, "wang.qiang", "zheng.yi"):
        office.asks(person, probe.WORD)
    for _ in range(12):
        assert office.sender.drain() >= 0
        office.clock.moves(minutes=5)
    assert {card.state for card in letters(office, "card")} == {"waiting"}
    with sandbox(office) as wecom:
        office.clock.moves(minutes=5)
        office.sender.drain()
        assert [card.state for card in letters(office, "card")] == ["sent"] * 3
        assert cards(wecom) == 1


def test_a_token_revoked_in_the_middle_of_a_burst_is_fetched_once(office: Office, wecom: Sandbox) -> None:
    members = [WORKER, "wang.qiang", "chen.jing", "zhao.lei", "huang.min", "wu.tao", "zheng.yi", "xu.yi"]
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    assert calls(wecom, "gettoken") == 1
    requests.post(f"{wecom.url}/control/tokens/revoke", timeout=5)
    for member in members:
        office.asks(member, probe.WORD)
    work = office.sender.claim(100)
    crowd = [threading.Thread(target=office.sender.handle, args=(letter,)) for letter in work]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert calls(wecom, "gettoken") == 2
    assert {card.state for card in letters(office, "card")} == {"sent"}


# ── what has become moot ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_closed_before_it_was_sent_is_withdrawn_and_not_greyed_either(office: Office, wecom: Sandbox) -> None:
    office.asks(WORKER, probe.WORD)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    assert [card.state for card in letters(office, "card")] == ["superseded", "sent"]
    assert (letters(office, "update"), cards(wecom)) == ([], 1)


def test_a_card_closed_after_it_was_claimed_is_not_sent(office: Office, wecom: Sandbox) -> None:
    """Claimed already, it was withdrawn by nobody, and came to the phone live under a question that was over."""
    office.asks(WORKER, probe.WORD)
    [letter] = office.sender.claim(9)
    office.asks(WORKER, probe.WORD)
    office.sender.handle(letter)
    office.sender.drain()
    found = [(card.state, card.reason) for card in letters(office, "card")]
    assert found == [("superseded", "withdrawn"), ("sent", "")]
    assert cards(wecom) == 1


# ── the loop ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_database_that_was_away_for_some_rounds_does_not_silence_the_sender(
    office: Office, wecom: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers taken for a round that could not claim were never free again: the sender stood still till a restart."""
    sender, away = office.sender, [True] * 3
    claim = sender.claim

    def flaky(limit: int) -> Any:
        if away:
            away.pop()
            sender.wake.set()
            raise Unavailable
        return claim(limit)

    monkeypatch.setattr(sender, "claim", flaky)
    office.asks(WORKER, probe.WORD)
    sender.start()
    Phone(wecom.url, WORKER).sees("第2次", timeout=10)
    sender.stop()
    assert away == []


def test_the_loop_sends_one_persons_letters_in_their_order(office: Office, wecom: Sandbox) -> None:
    phone = Phone(wecom.url, WORKER)
    office.asks(WORKER, probe.WORD)
    office.sender.drain()
    said = [f"第{n}句" for n in range(12)]
    for text in said:
        office.runner.handle(office.event(Kind.TEXT, WORKER, text=text))
        office.clock.moves(seconds=1)
    office.sender.start()
    phone.sees(said[-1], timeout=10)
    office.sender.stop()
    heard = [one["text"] for one in phone.messages() if one["text"].startswith("听到")]
    assert heard == [f"听到：{text}" for text in said]


def test_a_zombie_that_wakes_after_its_lease_changes_nothing(office: Office, wecom: Sandbox) -> None:
    office.asks(WORKER, probe.WORD)
    [zombie] = office.sender.claim(9)
    office.clock.moves(seconds=61)
    office.sender.drain()
    office.sender.handle(zombie)
    assert ([card.state for card in letters(office, "card")], cards(wecom)) == (["sent"], 1)


def test_waiting_grows_and_never_beyond_five_minutes(office: Office, wecom: Sandbox) -> None:
    trouble(wecom, "drop", count=None)
    office.asks(WORKER, probe.WORD)
    for _ in range(12):
        office.sender.drain()
        [card] = letters(office, "card")
        assert card.not_before - office.clock() <= timedelta(minutes=5)
        assert card.not_before - office.clock() <= timedelta(seconds=2**card.attempts)
        office.clock.moves(minutes=5)
