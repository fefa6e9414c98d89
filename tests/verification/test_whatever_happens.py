"""Whatever people press, write, wait for or repeat: one holder, one state, and a journal that explains it (issue 3)."""

import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.state import conversation
from bot.turn import Event, Kind
from tests import databases
from tests.verification import books, so_far, whereabouts
from tests.verification.hand import buttons
from tests.verification.street import Dealt, Street

PEOPLE = ("li.fang", "wang.qiang", "chen.jing", "lin.shuji", "zheng.yi", "xu.yi", "huang.min", "ye.yi")
PLACES = ("前埔北社区", "莲前街道前埔南社区", "何厝", "集美侨英孙厝", "莲前街道")
BUSY = ("li.fang", "li.fang", "wang.qiang", "chen.jing", "chen.jing", "zheng.yi", "lin.shuji")
ANSWERS = (
    "本人已回泉州老家", "区疾控郑医生 09:00", "无", "14400009999", "前埔南小区7栋101室", *PLACES, *so_far.NUMBERS
)  # fmt: skip
WORDS = ("待核实", "待线下反馈", "待分派", "帮助", "为什么", "撤销", "返回", "取消", *"1234567", "下页")
SAYINGS = (*ANSWERS, *WORDS)
Form = dict[str, tuple[str, ...]]


class WhateverHappens(RuleBasedStateMachine):
    """Four people on a list, eight members of five roles, and chance."""

    @initialize(day=st.sampled_from(sorted(so_far.DAYS)))
    def morning(self, day: str) -> None:
        """A list has arrived, and something has been done about it."""
        self.dawns(day)

    def dawns(self, day: str) -> None:
        """The street of such a day."""
        self.folder = Path(tempfile.mkdtemp(prefix="street-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.databases = databases.fresh("sqlite", self.folder)
        self.street = Street(next(self.databases), self.folder)
        self.street.list_arrives(so_far.LIST)
        self.events: list[Event] = []
        so_far.DAYS[day](self.street)

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

    @rule(text=st.sampled_from([so_far.LIST, so_far.AGAIN]))
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
        found = [*whereabouts.misplaced(self.street), *whereabouts.crashed(self.street)]
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
