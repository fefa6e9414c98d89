"""Whatever people press, write, wait for or repeat: one holder, one state, and a journal that explains it (issue 3)."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.state import contact, conversation, forward, offline_duty, queue, verification
from bot.turn import Event, Kind
from tests import databases
from tests.scenarios import lists
from tests.verification import books
from tests.verification.street import Dealt, Street, buttons

PEOPLE = ("li.fang", "wang.qiang", "chen.jing", "lin.shuji", "zheng.yi", "xu.yi", "huang.min", "ye.yi")
PLACES = ("前埔北社区", "莲前街道前埔南社区", "何厝", "集美侨英孙厝", "莲前街道")
BUSY = ("li.fang", "li.fang", "wang.qiang", "chen.jing", "chen.jing", "zheng.yi", "lin.shuji")
NUMBERS = ("350299198805120018", "350299199003070025", "350299198805120019")
ANSWERS = ("本人已回泉州老家", "区疾控郑医生 09:00", "无", "14400009999", "前埔南小区7栋101室", *PLACES, *NUMBERS)
WORDS = (
    "待核实",
    "待线下反馈",
    "待分派",
    "帮助",
    "为什么",
    "撤销",
    "返回",
    "取消",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "下页",
)
SAYINGS = (*ANSWERS, *WORDS)
HOME = "前埔南小区3栋2单元501室"
LIST = lists.csv(
    lists.person("王建明", "14400001001", 证件号码=NUMBERS[0]),
    lists.person("林秀英", "14400001002"),
    lists.person("陈丽华", "14400001003", 证件号码=NUMBERS[1], 社区="前埔北社区"),
    lists.person("何一帆", "14400001012", 区="", 街道="", 社区="何厝"),
)
AGAIN = lists.csv(lists.person("王建明", "14400001001", 证件号码=NUMBERS[0], 末次暴露日期="2022-03-17"))
Form = dict[str, tuple[str, ...]]


def forwarded(street: Street) -> None:
    """王建明 is on the way to 前埔北社区."""
    street.phone("li.fang").forwards("前埔北社区", "王*明")


def disputed(street: Street) -> None:
    """And has come back to where he was."""
    forwarded(street)
    street.phone("chen.jing").taps("接收")
    street.phone("chen.jing").forwards("前埔南社区", "王*明")


def corrected(street: Street) -> None:
    """A result 5 is being corrected."""
    street.phone("li.fang").feeds_back(5, card="王*明")
    street.phone("li.fang").taps("更正")


def at_home(street: Street) -> None:
    """王建明 stays at home without a door sensor."""
    li = street.phone("li.fang")
    li.calls("接通", card="王*明")
    li.fills_in(2, door="否")
    li.submits()
    li.taps("确认反馈")


def telling(street: Street) -> None:
    """The CDC is being told by telephone."""
    li = street.phone("li.fang")
    li.feeds_back(6, card="王*明")
    li.taps("已线下反馈")
    li.submits()


def together(street: Street) -> None:
    """Two of a household have been fed back as one."""
    li = street.phone("li.fang")
    li.reviews(5, card="王*明")
    li.taps("全家同一结果")
    li.submits()
    li.taps("确认反馈")


def twice(street: Street) -> None:
    """林秀英 is about to get the number of 陈丽华."""
    li = street.phone("li.fang")
    li.calls("接通", card="林*英")
    li.fills_in(5, info="信息不一致，需要修改")
    li.ticks("证件号码", question="fields")
    li.submits()
    li.says(NUMBERS[1])


def unreachable(street: Street) -> None:
    """Three calls over an hour, and nobody."""
    li = street.phone("li.fang")
    li.calls("未接", "关机", card="王*明")
    street.waits(minutes=61)
    li.calls("占线", card="王*明")


SO_FAR: dict[str, Callable[[Street], object]] = {
    "arrived": lambda _: None,
    "reviewed": lambda street: street.phone("li.fang").reviews(5, card="王*明"),
    "fed back": lambda street: street.phone("li.fang").feeds_back(5, card="王*明"),
    "forwarded": forwarded, "disputed": disputed, "corrected": corrected, "at home": at_home, "telling": telling,
    "together": together, "twice": twice, "unreachable": unreachable,
}  # fmt: skip


class WhateverHappens(RuleBasedStateMachine):
    """Four people on a list, eight members of five roles, and chance."""

    @initialize(so_far=st.sampled_from(sorted(SO_FAR)))
    def morning(self, so_far: str) -> None:
        """A list has arrived, and something has been done about it."""
        self.folder = Path(tempfile.mkdtemp(prefix="street-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.databases = databases.fresh("sqlite", self.folder)
        self.street = Street(next(self.databases), self.folder)
        self.street.list_arrives(LIST)
        self.events: list[Event] = []
        SO_FAR[so_far](self.street)

    # ── what people do ────────────────────────────────────────────────────────────────────────────────────────────

    @rule(who=st.sampled_from(PEOPLE), pick=st.integers(0, 99), seed=st.integers(0, 9))
    def presses_what_is_live(self, who: str, pick: int, seed: int) -> None:
        """A live button of that phone, with whatever may stand in the drop-downs."""
        live = {task for task, closed in self._cards() if not closed}
        self._press(who, [one for one in self._dealt(who) if one.task_id in live], pick, seed)

    @rule(who=st.sampled_from(PEOPLE), pick=st.integers(0, 999), seed=st.integers(0, 9))
    def presses_what_is_old(self, who: str, pick: int, seed: int) -> None:
        """Any button that ever lay on that phone."""
        self._press(who, self._dealt(who), pick, seed)

    @rule(who=st.sampled_from(PEOPLE), other=st.sampled_from(PEOPLE), pick=st.integers(0, 999))
    def presses_a_card_of_somebody_else(self, who: str, other: str, pick: int) -> None:
        """A key that lay on another phone: nothing may come of it."""
        if who != other:
            before = books.deeds(self.street)
            self._press(who, self._dealt(other), pick, 0)
            assert books.deeds(self.street) == before

    @rule(who=st.sampled_from(PEOPLE), words=st.sampled_from(SAYINGS))
    def writes(self, who: str, words: str) -> None:
        """A word, a number, a place, a remark."""
        self._arrives(Kind.TEXT, who, text=words, replyable=True)

    @rule(who=st.sampled_from(BUSY), count=st.integers(1, 9), pick=st.integers(0, 6))
    def goes_straight_on(self, who: str, count: int, pick: int) -> None:
        """Answer what is asked, a few times, so that chance gets far: in words where words are awaited, else by tap."""
        for _ in range(count):
            self._answers(who, pick)

    def _answers(self, who: str, pick: int) -> None:
        asked = {"remark": "本人已回泉州老家", "place": PLACES[pick % len(PLACES)], "reason": "请核实具体地址",
                 "whom": "区疾控郑医生 09:00", "form": str(pick + 1), "value": ANSWERS[pick]}  # fmt: skip
        if (step := self._focus(who)) in asked:
            self.writes(who, asked[step])
            return
        live = {task for task, closed in self._cards() if not closed}
        newest = [one for one in self._dealt(who) if one.task_id in live][-1:]
        self._press(who, newest, 0 if pick < 6 else pick, pick)

    @rule(pick=st.integers(0, 99))
    def repeats(self, pick: int) -> None:
        """WeCom delivers something again, perhaps much later."""
        if self.events:
            before = books.deeds(self.street)
            self.street.arrives(self.events[-1 - pick % len(self.events)])
            assert books.deeds(self.street) == before

    @rule(minutes=st.sampled_from([1, 3, 31, 61, 240]))
    def time_passes(self, minutes: int) -> None:
        """What is due comes due."""
        self.street.waits(minutes=minutes)

    @rule(text=st.sampled_from([LIST, AGAIN]))
    def the_list_comes_again(self, text: str) -> None:
        """The same people, once with another exposure."""
        self.street.list_arrives(text)

    def _press(self, who: str, cards: list[Dealt], pick: int, seed: int) -> None:
        pressable = [(card, key) for card in cards for key, _ in buttons(card.card)]
        if pressable:
            card, key = pressable[pick % len(pressable)]
            self._arrives(Kind.TAP, who, key=key, task_id=card.task_id, answers=chosen(card, seed))

    def _arrives(self, kind: Kind, who: str, **given: Any) -> None:
        event = Event(f"evt:{len(self.events)}", kind, self.street.now(), who, **given)
        self.events.append(event)
        self.street.arrives(event)

    # ── what is there ─────────────────────────────────────────────────────────────────────────────────────────────

    def _dealt(self, who: str) -> list[Dealt]:
        return [one for one in self.street.counter.dealt if one.user == who]

    def _cards(self) -> list[tuple[str, bool]]:
        card = conversation.cards.c
        found = books.rows(self.street, sa.select(card.id, card.closed_at))
        return [(row.id, row.closed_at is not None) for row in found]

    def _focus(self, who: str) -> str:
        focus = sa.text("SELECT c.step FROM staff s JOIN conversation c ON c.id = s.focus WHERE s.id = :who")
        found = books.rows(self.street, focus.bindparams(who=who))
        return str(found[0].step) if found else ""

    # ── what must hold ────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def everybody_is_in_one_place(self) -> None:
        """The rules of the people, the tasks, the forwards and the duties, and no handler that broke."""
        found = [*misplaced(self.street), *crashed(self.street)]
        assert not found, found

    def teardown(self) -> None:
        """The day is over: every promise of the books, no letter lost, nothing that WeCom refuses."""
        if hasattr(self, "street"):
            found = books.broken(self.street)
            self.street.close()
            next(self.databases, None)
            shutil.rmtree(self.folder)
            assert not found, found


def chosen(card: Dealt, seed: int) -> Form:
    """What a thumb may have chosen on a card: any offered option of each question."""
    chance = random.Random(f"{card.task_id}{seed}")
    found: Form = {}
    for question in (card.card.get("button_selection"), *card.card.get("select_list", ())):
        if question:
            found[question["question_key"]] = (chance.choice(question["option_list"])["id"],)
    if vote := card.card.get("checkbox"):
        ids = [option["id"] for option in vote["option_list"]]
        count = chance.randint(0, len(ids)) if vote.get("mode") == 1 else 1
        found[vote["question_key"]] = tuple(sorted(chance.sample(ids, count)))
    return found


def misplaced(street: Street) -> Iterator[str]:
    """Everybody who is not exactly where they should be."""
    task, person = verification.table.c, contact.table.c
    live = {"open", "taken"}
    by_person: dict[str, list[Any]] = {}
    for row in books.rows(street, sa.select(task.id, task.contact_id, task.state, task.holder, task.area_code)):
        by_person.setdefault(row.contact_id, []).append(row)
    opened = [row.contact_id for row in books.rows(street, sa.select(forward.table.c.contact_id).where(_offered()))]
    for row in books.rows(street, sa.select(person.id, person.state, person.area_code)):
        tasks = by_person.get(row.id, [])
        current = [one for one in tasks if one.state != "left"]
        working = [one for one in tasks if one.state in live]
        if (row.state == "pending") is not (len(working) == 1):
            yield f"{row.state} with {len(working)} open tasks"
        if (row.state == "forwarded") is not (opened.count(row.id) == 1):
            yield f"{row.state} with {opened.count(row.id)} open forwards"
        if len(current) != (row.state not in ("unplaced", "merged")):
            yield f"{row.state} with {len(current)} tasks that are not over"
        yield from (f"held by nobody: {one.state}" for one in current if (one.holder == "") is (one.state != "open"))
        yield from (
            f"{one.area_code} has them, not {row.area_code}" for one in current if one.area_code != row.area_code
        )
    yield from _unowed(street)
    yield from _crowded(street)


def crashed(street: Street) -> list[str]:
    """Arrivals that broke a handler."""
    box = queue.inbox.c
    lost = sa.select(box.id, box.reason).where(box.outcome == queue.Outcome.QUARANTINED.value)
    return [f"{row.id}: {row.reason}" for row in books.rows(street, lost)]


def _offered() -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = forward.table.c.state.in_(["offered", "disputed"])
    return found


def _unowed(street: Street) -> Iterator[str]:
    """Results 4–7 that stand own exactly one open or done duty; nothing else owns an open one."""
    task, report, duty = verification.table.c, verification.reports.c, offline_duty.table.c
    standing = {row.id for row in books.rows(street, sa.select(task.id).where(task.state == "reported"))}
    last: dict[str, Any] = {}
    for row in books.rows(street, sa.select(report.id, report.verification_id, report.result).order_by(report.n)):
        last[row.verification_id] = row
    owed = {row.id for ref, row in last.items() if ref in standing and row.result in verification.OFFLINE}
    duties = books.rows(street, sa.select(duty.report_id, duty.state).where(duty.state != "void"))
    owned = [one.report_id for one in duties if one.report_id in owed]
    yield from (f"feedback {one} owns {owned.count(one)} duties" for one in owed if owned.count(one) != 1)
    yield from (
        f"feedback {one.report_id} owes no more" for one in duties if one.state == "open" and one.report_id not in owed
    )


def _crowded(street: Street) -> Iterator[str]:
    """Two live cards of one slot of one conversation on one phone; a live card of a task that somebody else holds."""
    card = conversation.cards.c
    live = sa.select(card.conversation, card.recipient, card.slot).where(card.closed_at.is_(None))
    found = [tuple(row) for row in books.rows(street, live)]
    yield from (f"twice: {one}" for one in set(found) if found.count(one) > 1)
    waiting = sa.select(sa.func.count()).select_from(queue.outbox).where(queue.outbox.c.state == "leased")
    if count := books.rows(street, waiting)[0][0]:
        yield f"{count} letters stay leased"


QUICK = settings(
    max_examples=15, stateful_step_count=30, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
DEEP = settings(
    max_examples=600, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


class TestWhateverHappens(WhateverHappens.TestCase):  # type: ignore[misc, valid-type]
    """A short walk for every change."""

    settings = QUICK


@pytest.mark.slow
class TestWhateverHappensForLong(WhateverHappens.TestCase):  # type: ignore[misc, valid-type]
    """A long walk by night."""

    settings = DEEP
