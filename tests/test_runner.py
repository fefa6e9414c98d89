"""The desk: whatever arrives, and however often, is applied once; a refusal or a defect leaves only its answer."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from bot.state import queue, staff
from bot.state.base import metadata
from bot.turn import Answer, Event, Kind
from tests import invariants
from tests.faults import probe
from tests.faults.crash import Points
from tests.faults.office import Office

WORKER = "li.fang"


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office with the demo's directory; every promise holds when the test is over."""
    made = Office(database_url)
    made.opens()
    yield made
    invariants.check(made.store)
    made.close()


def rows(office: Office, *besides: str) -> dict[str, Any]:
    """Everything that is written, besides some tables."""
    with office.store.read() as conn:
        tables = [table for table in metadata.sorted_tables if table.name not in besides]
        return {table.name: sorted(map(repr, conn.execute(sa.select(table)))) for table in tables}


def inbox(office: Office, event: Event) -> Any:
    with office.store.read() as conn:
        return conn.execute(sa.select(queue.inbox).where(queue.inbox.c.id == event.id)).one()


def text(office: Office, words: str, actor: str = WORKER) -> Event:
    return office.event(Kind.TEXT, actor, text=words, replyable=True)


# ── once ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_delivery_gets_the_same_answer_and_changes_nothing(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    event = text(office, "你好")
    assert office.runner.handle(event) == Answer("听到：你好")
    before = rows(office)
    for _ in range(4):
        again = office.runner.handle(replace(event, response_code="another"))
        assert (again.text, again.outcome, again.duplicate) == ("听到：你好", "applied", True)
    assert rows(office) == before


def test_four_deliveries_at_once_are_applied_once(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    event, answers, start = text(office, "你好"), list[Answer](), threading.Barrier(4)

    def deliver() -> None:
        start.wait()
        answers.append(office.runner.handle(event))

    crowd = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert [answer.text for answer in answers] == ["听到：你好"] * 4
    assert sum(answer.duplicate for answer in answers) == 3


def test_members_who_press_at_once_are_served_one_after_the_other(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    presses = [office.tap(WORKER, "关闭") for _ in range(4)]
    answers, start = list[Answer](), threading.Barrier(4)

    def press(event: Event) -> None:
        start.wait()
        answers.append(office.runner.handle(replace(event, response_code=f"code-{event.id}")))

    crowd = [threading.Thread(target=press, args=(event,)) for event in presses]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert sorted(answer.outcome for answer in answers) == ["applied", "refused", "refused", "refused"]


def test_a_commit_whose_reply_was_lost_counts_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commonest lie of a database: "failed", when it had committed (RELIABILITY finding 3)."""
    office.asks(WORKER, probe.WORD)
    event, dialect = text(office, "你好"), office.store.engine.dialect
    commit, lies = dialect.do_commit, [True]

    def do_commit(dbapi: Any) -> None:
        commit(dbapi)
        if lies:
            lies.clear()
            dbapi.driver_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    if office.store.sqlite:
        pytest.skip("a file has no connection to lose")
    monkeypatch.setattr(dialect, "do_commit", do_commit)
    answer = office.runner.handle(event)
    assert (answer.text, answer.outcome, answer.duplicate, lies) == ("听到：你好", "applied", True, [])


# ── no ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_leaves_nothing_but_itself_and_its_answer(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    before, event = rows(office, "inbox"), text(office, "拒绝")
    event = replace(event, kind=Kind.WORD)
    assert office.runner.handle(event) == Answer("这样不行。", "refused")
    assert rows(office, "inbox") == before
    assert (inbox(office, event).outcome, inbox(office, event).reason) == ("refused", "because")
    assert office.runner.handle(event) == Answer("这样不行。", "refused", duplicate=True)


def test_a_defect_is_put_aside_with_a_number_and_the_next_one_is_served(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.asks(WORKER, probe.WORD)
    before = rows(office, "inbox", "outbox")
    tap = replace(office.tap(WORKER, "出错"), text="王建明 13800000000", replyable=True)
    with caplog.at_level(logging.INFO):
        answer = office.runner.handle(tap)
    assert answer.outcome == "quarantined"
    assert "没有保存" in answer.text
    assert "Q-" in answer.text
    assert inbox(office, tap).reason == "ZeroDivisionError"
    assert rows(office, "inbox", "outbox") == before
    assert "王建明" not in caplog.text
    assert office.runner.handle(tap) == replace(answer, duplicate=True)
    assert office.taps(WORKER, "关闭").outcome == "applied"


@pytest.mark.parametrize("actor", ["nobody", "LI.FANG2", "x" * 64, "x" * 200], ids=len)
def test_a_stranger_is_told_so_and_nothing_happens(office: Office, actor: str) -> None:
    before = rows(office, "inbox", "outbox")
    for kind in (Kind.TEXT, Kind.TAP, Kind.WORD, Kind.ENTER, Kind.PHOTO, Kind.SCAN):
        answer = office.runner.handle(office.event(kind, actor, text="帮助", replyable=True))
        assert (answer.outcome, "不在本系统的名册" in answer.text) == ("refused", True)
        office.runner.handle(office.event(kind, actor, text="帮助"))
    assert rows(office, "inbox", "outbox") == before


def test_somebody_who_has_left_is_a_stranger_from_that_moment(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    tap = office.tap(WORKER, "关闭")
    gone = staff.table.update().where(staff.table.c.id == WORKER).values(active=False)
    office.store.write(lambda conn: conn.execute(gone))
    assert office.runner.handle(tap).outcome == "refused"
    assert inbox(office, tap).reason == "stranger"


def test_a_right_is_asked_for_at_the_moment_of_the_deed(office: Office) -> None:
    assert office.runner.handle(office.event(Kind.WORD, WORKER, text="仅疾控", replyable=True)).outcome == "refused"
    assert office.runner.handle(office.event(Kind.WORD, "zheng.yi", text="仅疾控", replyable=True)).text == "好。"


# ── buttons ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_button_is_believed_only_on_a_card_that_was_sent_to_this_person(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.asks("wang.qiang", probe.WORD)
    tap, other = office.tap(WORKER, "关闭"), office.tap("wang.qiang", "关闭")
    before = rows(office, "inbox", "outbox")
    forged = {
        "bad_key": [replace(tap, key="rubbish"), replace(tap, key="")],
        "forged_tap": [
            replace(tap, task_id="f" * 32),
            replace(tap, task_id=""),
            replace(tap, task_id=other.task_id),
            replace(tap, actor="wang.qiang"),
            replace(tap, key=tap.key.replace("close", "no_such_verb")),
            replace(tap, key=tap.key.replace("probe", "no_such_flow")),
            replace(tap, key=other.key),
        ],
    }
    for reason, events in forged.items():
        for n, event in enumerate(events):
            one = replace(event, id=f"evt:{reason}:{n}", replyable=True)
            answer = office.runner.handle(one)
            assert (answer.outcome, inbox(office, one).reason) == ("refused", reason)
            assert "没有改动" in answer.text
    assert rows(office, "inbox", "outbox") == before


def test_a_button_of_an_earlier_turn_changes_nothing_and_is_answered(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    old = replace(office.tap(WORKER, "关闭"), replyable=True)
    office.says(WORKER, "动了")
    answer = office.runner.handle(old)
    assert (answer.text, answer.outcome, inbox(office, old).reason) == ("这张卡片已过时。", "refused", "late")
    assert office.taps(WORKER, "看看").outcome == "applied", "what only shows something is allowed from it"


def test_the_conversation_is_locked_before_its_card_is_touched(office: Office) -> None:
    """The other way round two members who pressed at once met in a deadlock, and one of them waited a second for it."""
    office.asks(WORKER, probe.WORD)
    points = Points()
    with points.planted(office):
        office.runner.handle(replace(office.tap(WORKER, "关闭"), response_code="code"))
    lock = next(n for n, name in enumerate(points.passed) if name.startswith("before SELECT conversation.id"))
    assert lock < points.passed.index("before UPDATE card SET")


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_words_go_to_the_conversation_in_focus_and_else_to_help(office: Office) -> None:
    assert "听到" not in office.says(WORKER, "你好").text
    office.asks(WORKER, probe.WORD)
    assert office.says(WORKER, "不动").text == "听到：不动"
    assert office.taps(WORKER, "关闭").outcome == "applied"
    assert "听到" not in office.says(WORKER, "你好").text


def test_an_answer_that_cannot_ride_back_goes_through_the_outbox(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    event = replace(text(office, "你好"), replyable=False)
    assert office.runner.handle(event).text == ""
    with office.store.read() as conn:
        out = queue.outbox.c
        letter = conn.execute(sa.select(out.kind, out.recipient, out.priority).where(out.cause == event.id)).one()
    assert tuple(letter) == ("text", WORKER, queue.Priority.ANSWER)
