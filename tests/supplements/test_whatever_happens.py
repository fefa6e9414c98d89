"""Whatever people press, write, wait for or repeat: nobody undecided moves, and the books stay sound (issue 4)."""

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from bot.state import companionship, contact, supplement, verification
from tests.supplements import family
from tests.verification import books, so_far
from tests.verification.test_whatever_happens import DEEP, QUICK, WhateverHappens

HER = {"关联人": "林秀英"}  # who stays in 前埔南社区, whatever became of 王建明
CARES = HER | {"是否陪护": "是", "陪护谁": "林秀英", "陪护原因": "无自理能力", "基础疾病": "无"}
CENTRAL = HER | {"核实反馈结果": "1", "门磁": "是", "备注": "本人在家愿意转运", "转运意愿": "愿意", "特殊需求": "无"}
MESSAGES = (
    family.paste(**HER), family.granny(**CARES), family.granny(**CENTRAL), family.paste(电话="14400001012"),
    family.paste(**HER, 核实反馈结果="3", 实际街道社区="莲前街道前埔北社区"), "补充", "补充人员", "暂存", "保存",
    "陪护谁：林秀英", "请补证件号码", "2", "5", "新生儿未办", "关系：子女",
)  # fmt: skip
WHO = ("li.fang", "li.fang", "wang.qiang", "chen.jing", "zheng.yi", "xu.yi")


class Undecided(WhateverHappens):
    """The day of a verification, with people who are on no list."""

    @initialize(day=st.sampled_from(sorted(so_far.DAYS)), more=st.sampled_from(["", "one", "two"]))
    def morning(self, day: str, more: str = "") -> None:
        """Somebody has been supplemented, or is about to be."""
        self.dawns(day)
        li = self.street.phone("li.fang")
        if more:
            family.submits(li, family.paste(**HER))
        if more == "two":
            family.submits(li, family.granny(**(CARES | CENTRAL)))

    @rule(who=st.sampled_from(WHO), words=st.sampled_from(MESSAGES))
    def supplements(self, who: str, words: str) -> None:
        """A message of a supplement, wherever the member stands."""
        self.writes(who, words)

    @invariant()
    def nobody_undecided_has_moved(self) -> None:
        """Undecided or returned means undecided on the road, without a task, an agreed companion or a step forward."""
        one, person = supplement.table.c, contact.table.c
        open_ones = one.state.in_(["undecided", "returned"])
        held = sa.select(person.id, person.state).join(supplement.table, one.contact_id == person.id).where(open_ones)
        for row in books.rows(self.street, held):
            assert row.state == "undecided"
        lost = sa.select(person.id).where(person.state == "undecided")
        lost = lost.where(person.id.not_in(sa.select(one.contact_id).where(open_ones)))
        assert books.rows(self.street, lost) == [], "undecided, and nobody is asked to decide"
        task = sa.select(verification.table.c.id).join(contact.table, person.id == verification.table.c.contact_id)
        assert books.rows(self.street, task.where(person.state.in_(["undecided", "excluded"]))) == []
        care = companionship.table.c
        agreed = sa.select(care.id).join(contact.table, person.id == care.companion_id).where(care.state == "agreed")
        assert books.rows(self.street, agreed.where(person.state.in_(["undecided", "excluded"]))) == []


class TestUndecided(Undecided.TestCase):  # type: ignore[misc, valid-type]
    """A short walk for every change."""

    settings = settings(QUICK, max_examples=6)


@pytest.mark.slow
class TestUndecidedForLong(Undecided.TestCase):  # type: ignore[misc, valid-type]
    """A long walk by night."""

    settings = DEEP
