"""Every key of `[deadlines]`, begun by its real flow: holder at half and in full, the lead, the CDC; done, silence."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.ladder import Step
from bot.state import band, code, contact, issuance, nudge, supply, waiting
from bot.state.nudge import Why
from bot.state.unit import Tx
from cards.reminders import STEPS
from tests.boarding.stop import Stop, anew
from tests.notice.road import Road
from tests.scenarios import lists
from tests.supplements import family
from tests.verification import books
from tests.verification.street import Street

MINUTES: Mapping[Step, int] = {
    Step.FIRST_TOUCH: 30, Step.FEEDBACK: 120, Step.ACCEPT_FORWARD: 30, Step.OFFLINE_DUTY: 30,
    Step.SUPPLEMENT_DECISION: 120, Step.DISPATCHER_ACCEPT: 15, Step.TRANSFER: 480, Step.DOOR_SENSOR: 240,
    Step.HOTEL_CONFIRM: 60,
}  # fmt: skip
"""DOMAIN §3, written once more: not what the pack says, but what it must say."""
LEAD, CDC = {"lin.shuji"}, {"xu.yi", "zheng.yi"}
HOLDERS: Mapping[Step, set[str]] = {
    Step.FIRST_TOUCH: {"li.fang", "wang.qiang"}, Step.FEEDBACK: {"wang.qiang"}, Step.ACCEPT_FORWARD: {"chen.jing"},
    Step.OFFLINE_DUTY: {"li.fang"}, Step.SUPPLEMENT_DECISION: CDC, Step.DISPATCHER_ACCEPT: {"he.diaodu"},
    Step.TRANSFER: {"li.fang"}, Step.DOOR_SENSOR: {"li.fang"}, Step.HOTEL_CONFIRM: {"jiudian.qian"},
}  # fmt: skip
PATIENCE = timedelta(minutes=6)  # a window of this story, and a digest's way


class Day:
    """A day on which nobody does anything before the CDC has heard of it."""

    def __init__(self, street: Street) -> None:
        self.street, self.road, self.stop = street, Road(street), Stop(street)
        self.refs: dict[Step, str] = {}
        self.began: dict[Step, datetime] = {}
        self.code = ""

    # ── how each begins ───────────────────────────────────────────────────────────────────────────────────────────────

    def begins(self) -> None:
        """Eight of the nine, by the taps that begin them; the ninth needs a bus that has left."""
        li, wang = self.street.phone("li.fang"), self.street.phone("wang.qiang")
        self.street.list_arrives(lists.csv(*lists.people(6)))
        li.reviews(1, "本人在家，愿意转运", card="王*明", door="是")
        li.taps("愿意")
        li.submits()
        li.taps("确认反馈")
        wang.taps("核实反馈", "林*英")
        li.forwards("前埔北社区", card="陈*华")
        li.feeds_back(5, card="张*")
        li.calls("接通", card="刘*媛")
        li.fills_in(2, door="否")
        li.submits()
        li.taps("确认反馈")
        family.submits(li)
        self.code = self.stop.does(self._wears)
        self.road.sent()
        (feedback,), (touch,) = books.task_ids(self.street, "林秀英"), books.task_ids(self.street, "黄小燕")
        for step, ref in {Step.FEEDBACK: feedback, Step.FIRST_TOUCH: touch}.items():
            self._follows(step, ref)
        for step in {*Step} - {Step.FEEDBACK, Step.FIRST_TOUCH, Step.HOTEL_CONFIRM}:
            self._follows(step)

    def _wears(self, tx: Tx) -> str:
        """王建明 has been given a kit with a band."""
        (short,) = supply.print_new(tx, 1)[1]
        person = contact.noun.load(tx, books.people(self.street)["王建明"].id)
        fresh = band.by_code(tx, code.Code(short, code.Origin.TYPED), lock=True)
        assert fresh is not None
        issuance.issue(anew(tx), person, fresh, {"N95口罩": 1})
        return code.payload(tx.keys, short)

    def _follows(self, step: Step, ref: str = "") -> None:
        wait = waiting.table.c
        asked = sa.select(wait.ref, wait.began).where(wait.step == step, wait.ended_at.is_(None))
        (row,) = books.rows(self.street, asked.where(wait.ref == ref) if ref else asked)
        self.refs[step], self.began[step] = row.ref, row.began

    # ── how each ends ─────────────────────────────────────────────────────────────────────────────────────────────────

    def ends(self, step: Step) -> None:
        """The thing itself is done, late; nothing of it waits any more."""
        li, wang, chen, zheng, he = (
            self.street.phone(one) for one in ("li.fang", "wang.qiang", "chen.jing", "zheng.yi", "he.diaodu")
        )
        deeds: dict[Step, Callable[[], object]] = {
            Step.FIRST_TOUCH: lambda: li.taps("核实反馈", "黄*燕"),
            Step.FEEDBACK: lambda: wang.feeds_back(5, card="林*英"),
            Step.ACCEPT_FORWARD: lambda: chen.taps("接收"),
            Step.OFFLINE_DUTY: self._tells,
            Step.SUPPLEMENT_DECISION: lambda: zheng.taps("判为密接", "王*宝"),
            Step.DISPATCHER_ACCEPT: lambda: he.taps("接单"),
            Step.TRANSFER: self._leaves,
            Step.DOOR_SENSOR: lambda: li.taps("门磁已安装"),
            Step.HOTEL_CONFIRM: lambda: self.street.phone("jiudian.qian").taps("确认接收"),
        }
        deeds[step]()
        wait = waiting.table.c
        asked = sa.select(wait.ended_at).where(wait.step == step, wait.ref == self.refs[step])
        assert [row.ended_at is None for row in books.rows(self.street, asked)] == [False], step

    def _tells(self) -> None:
        li = self.street.phone("li.fang")
        li.taps("已线下反馈", "张*")
        li.picks(反馈方式="电话")
        li.submits()
        li.says("区疾控郑医生 09:00")

    def _leaves(self) -> None:
        """The bus leaves: from here on it is the hotel's turn."""
        he = self.street.phone("he.diaodu")
        he.taps("派车")
        he.says("闽D演001 密接 45座 张师傅 14400000111 30分钟后")
        he.taps("确认派车")
        su = self.stop.opens()
        self.stop.scans("su.husong", self.code)
        self.street.waits(seconds=10)
        su.taps("完成接人")
        su.says("1")
        su.taps("确认发车")
        self._follows(Step.HOTEL_CONFIRM)

    # ── what is told in between ───────────────────────────────────────────────────────────────────────────────────────

    def rungs(self, step: Step) -> list[tuple[datetime, Why, set[str]]]:
        """When whom must be told of a step, and why."""
        due = timedelta(minutes=MINUTES[step])
        after = (due / 2, due, due + timedelta(minutes=30), due + timedelta(hours=2))
        told = ((Why.HOLDER, HOLDERS[step]), (Why.HOLDER, HOLDERS[step]), (Why.LEAD, LEAD), (Why.CDC, CDC))
        return [(self.began[step] + span, *of) for span, of in zip(after, told, strict=True)]

    def goes_on(self) -> None:
        """From rung to rung; what the CDC has been told of is done."""
        open_ones = {*self.began}
        while open_ones:
            coming = [at for step in open_ones for at, *_ in self.rungs(step) if at > self.street.now()]
            self.street.clock.at = min(coming) + timedelta(minutes=3)
            self.street.settle()
            for step in [one for one in Step if one in open_ones and self.rungs(one)[-1][0] <= self.street.now()]:
                self.has_climbed(step)
                self.ends(step)
                open_ones -= {step}
                open_ones |= {Step.HOTEL_CONFIRM} if step is Step.TRANSFER else set()

    def has_climbed(self, step: Step) -> None:
        """Each rung has told exactly those it must tell, in its time, each once."""
        said = self.told(step)
        assert len(said) == len(set(said)), step
        for number, (at, why, people) in enumerate(self.rungs(step), 1):
            heard = [(person, when) for n, reason, person, when in said if (n, reason) == (number, why)]
            assert {person for person, _ in heard} == people, (step, why, said)
            assert all(at <= when <= at + PATIENCE for _, when in heard), (step, why, at, heard)
        assert {n for n, *_ in said} == {1, 2, 3, 4}, (step, said)

    def told(self, step: Step) -> list[tuple[int, str, str, datetime]]:
        """Every reminder of a step as (which, why, whom, when); all of them have left."""
        one = nudge.table.c
        asked = sa.select(one.n, one.why, one.person, one.at, one.told_at, one.card)
        rows = books.rows(self.street, asked.where(one.step == step, one.ref == self.refs[step]))
        assert all(row.told_at and row.card for row in rows), (step, rows)
        return sorted((row.n, row.why, row.person, row.at) for row in rows)


def test_every_step_climbs_to_lead_and_cdc_and_is_silent_once_it_is_done(street: Street) -> None:
    day = Day(street)
    day.begins()
    day.goes_on()
    assert {*day.refs} == {*Step}
    said = {step: day.told(step) for step in Step}
    street.waits(hours=12)
    assert {step: day.told(step) for step in Step} == said, "what is done is not spoken of"
    for person in sorted({person for step in Step for _, _, person, _ in said[step]}):
        heard = street.phone(person).hears()
        for step in (one for one in Step if person in {whom for _, _, whom, _ in said[one]}):
            assert STEPS[step] in heard, (person, step)
