"""Whatever escorts, dispatchers and hotels do, in any order: nobody boards twice, and the hotel hears of all once."""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.effects import Effects
from bot.state import boarding, contact, conversation, handover, notice, vehicle
from bot.state.machine import Refused
from bot.state.vehicle import Class
from bot.turn import Event, Kind
from integrations.hotel import manifest
from integrations.hotel.standin import Mood
from integrations.webhooks.client import DeliveryFailed
from tests import databases
from tests.boarding.stop import Stop, Wearer
from tests.verification import books
from tests.verification.hand import buttons
from tests.verification.street import Dealt, Street
from tests.verification.test_whatever_happens import chosen

ESCORTS = ("su.husong", "zhou.husong")
EVERYBODY = (*ESCORTS, "he.diaodu", "li.fang", "jiudian.qian")
SAYINGS = (
    "1",
    "2",
    "3",
    "4",
    "5",
    "9",
    "名单",
    "撤销",
    "取消",
    "返回",
    "为什么",
    "接人上车",
    "已核对证件",
    "无",
    "1 302",
)
MOODS = (Mood.FINE, Mood.FINE, Mood.LOSES, Mood.FAILS, Mood.LIES)


class System:
    """The hotel's own system without a wire: applies each key once, and may fail before or after."""

    def __init__(self) -> None:
        self.applied: dict[str, dict[str, Any]] = {}
        self.moods: list[Mood] = []

    def deliver(self, the_id: str, document: Mapping[str, Any]) -> None:
        """One delivery."""
        mood = self.moods.pop() if self.moods else Mood.FINE
        if mood in (Mood.FAILS, Mood.LIES):
            raise DeliveryFailed(mood.value, permanent=False)
        assert manifest.wrong(dict(document)) == ""
        assert self.applied.setdefault(the_id, dict(document)) == document, "another document under a known key"
        if mood is Mood.LOSES:
            raise DeliveryFailed(mood.value, permanent=False)

    def close(self) -> None:
        """Nothing is open."""


class BusStop(RuleBasedStateMachine):
    """Seven people, two notices, three vehicles, two escorts, and chance; `reached` counts the ends of all walks."""

    engine = databases.KINDS[0]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize(seats=st.sampled_from([2, 4, 10]), far=st.sampled_from(["cars stand", "one of two left", "all left"]))
    def morning(self, seats: int, far: str) -> None:
        """Cars stand; one of the second notice's people is 非密接; one person is on no list. Perhaps a bus has left."""
        self.folder = Path(tempfile.mkdtemp(prefix="bus-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.databases = databases.fresh(self.engine, self.folder)
        self.street = Street(next(self.databases), self.folder)
        self.stop, self.system = Stop(self.street), System()
        self.events: list[Event] = []
        self.cancelled: set[str] = set()
        for code in ("LD01", "LD02"):
            self.stop.has_a_system(code, "https://hotel.invalid/", "k" * 32)
        effects: Effects = self.street.sender.effects
        effects.hotel = lambda *_: self.system
        first, second, rest = self.stop.people(4), self.stop.people(2), self.stop.people(1)
        self.people: list[Wearer] = [*first, *second, *rest]
        self.notices = [self.stop.notice(first), self.stop.notice(second, **{second[0].name: Class.OTHER})]
        self.stop.vehicle(self.notices[0], "闽D·演001", room=seats)
        if far != "all left":
            self.stop.vehicle(self.notices[0], "闽D·演002", room=seats)
        self.stop.vehicle(self.notices[1], "闽D·演003", room=seats)
        for who, plate in zip(ESCORTS, ("闽D·演001", "闽D·演003"), strict=True):
            self.stop.opens(who, plate)
        if far != "cars stand":
            self.scans_everybody(ESCORTS[0])
            self.finishes(ESCORTS[0], 0)

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    @rule(who=st.sampled_from((*ESCORTS, *ESCORTS, "jiudian.qian")), which=st.integers(0, 6), times=st.integers(1, 2))
    def scans(self, who: str, which: int, times: int) -> None:
        """A band before a phone, perhaps delivered twice."""
        event = self._event(Kind.SCAN, who, text=self.people[which].code, replyable=True)
        answers = {self.street.arrives(event).text for _ in range(times)}
        assert len(answers) == 1

    @rule(who=st.sampled_from(ESCORTS))
    def scans_everybody(self, who: str) -> None:
        """One after another, as at a real door."""
        for which in range(7):
            self.scans(who, which, 1)

    @rule(who=st.sampled_from(ESCORTS), plate=st.sampled_from(["闽D·演001", "闽D·演002", "闽D·演003"]))
    def goes_to(self, who: str, plate: str) -> None:
        """接人上车, and another vehicle, if it still stands."""
        hand = self.street.phone(who)
        hand.says("接人上车")
        if hand.live("扫码上车"):
            rows = [line for line in hand.taps("扫码上车").splitlines() if plate in line]
            if rows:
                hand.says(rows[0].split()[0])

    @rule(who=st.sampled_from((*ESCORTS, "jiudian.qian")), words=st.sampled_from(SAYINGS))
    def writes(self, who: str, words: str) -> None:
        """A number, a word, a reason."""
        self.street.arrives(self._event(Kind.TEXT, who, text=words, replyable=True))

    @rule(who=st.sampled_from(EVERYBODY), pick=st.integers(0, 999), old=st.booleans())
    def presses(self, who: str, pick: int, old: bool) -> None:
        """A button that lies on that phone, or once did."""
        live = {row.id for row in books.rows(self.street, sa.select(conversation.cards.c.id).where(_open))}
        cards = [one for one in self.street.counter.dealt if one.user == who and (old or one.task_id in live)]
        pressable = [(card, key) for card in cards for key, _ in buttons(card.card)]
        if pressable:
            card, key = pressable[pick % len(pressable)]
            self.street.arrives(self._tap(who, card, key))

    @rule(who=st.sampled_from(ESCORTS), off_by=st.sampled_from([0, 0, 0, 1]))
    def finishes(self, who: str, off_by: int) -> None:
        """Whoever is missing is explained; 完成接人, a head count, and what the card then offers."""
        hand = self.street.phone(who)
        for number in range(1, 5):
            hand.says(str(number))
            if hand.live("未到"):
                hand.taps("未到")
        self.street.waits(seconds=10)
        if hand.live("完成接人"):
            hand.taps("完成接人")
            hand.says(str(self._riders(who) + off_by))
            if hand.live("确认发车"):
                hand.taps("确认发车")

    @rule(who=st.sampled_from(ESCORTS), label=st.sampled_from(["确认接收", "确认接收", "接收异常"]))
    def goes_the_whole_way(self, who: str, label: str) -> None:
        """So that chance gets far: everybody scanned, the bus off, something done at the hotel's desk."""
        self.scans_everybody(who)
        self.finishes(who, 0)
        self.receives(label)

    @rule(label=st.sampled_from(["确认接收", "确认接收", "逐人确认", "接收异常"]))
    def receives(self, label: str) -> None:
        """The hotel's desk."""
        hand = self.street.phone("jiudian.qian")
        if hand.live(label):
            hand.taps(label)
            if label == "接收异常":
                hand.submits()
                hand.says("与名单不符，请核实")

    @rule(label=st.sampled_from(["情况属实", "请再核对"]))
    def answers(self, label: str) -> None:
        """The 转运组 answers the hotel."""
        hand = self.street.phone("he.diaodu")
        if hand.live(label):
            hand.taps(label)

    @rule(which=st.integers(0, 1))
    def cancels(self, which: int) -> None:
        """The community calls a notice off, if it still can."""
        row = self.notices[which]
        try:
            self.stop.does(lambda tx: notice.call_off(tx, notice.noun.load(tx, row.id, lock=True), "cancelled", "改期"))
        except Refused:
            return
        self.cancelled.add(row.id)

    @rule(which=st.integers(1, 2))
    def ends_early(self, which: int) -> None:
        """The community ends a pickup that has begun."""
        hand = self.street.phone("li.fang")
        hand.says("我的通知")
        hand.says(str(which))
        if hand.live("中止"):
            hand.taps("中止")
            hand.says("车辆故障")
            if hand.live("确认中止"):
                hand.taps("确认中止")

    @rule(moods=st.lists(st.sampled_from(MOODS), max_size=4))
    def trouble_at_the_hotel(self, moods: list[Mood]) -> None:
        """The next deliveries go so."""
        self.system.moods = moods

    @rule(minutes=st.sampled_from([1, 3, 6, 61]))
    def time_passes(self, minutes: int) -> None:
        """What is due comes due."""
        self.street.waits(minutes=minutes)

    @rule(pick=st.integers(0, 99))
    def repeats(self, pick: int) -> None:
        """WeCom delivers something again, perhaps much later: nothing changes."""
        if self.events:
            before = books.deeds(self.street)
            self.street.arrives(self.events[-1 - pick % len(self.events)])
            assert books.deeds(self.street) == before

    def _event(self, kind: Kind, who: str, **given: Any) -> Event:
        event = Event(f"evt:bus{len(self.events)}", kind, self.street.now(), who, **given)
        self.events.append(event)
        return event

    def _tap(self, who: str, card: Dealt, key: str) -> Event:
        answers = chosen(card, random.Random(key).randint(0, 9))
        return self._event(Kind.TAP, who, key=key, task_id=card.task_id, answers=answers)

    def _riders(self, who: str) -> int:
        facts = sa.select(conversation.table.c.facts).where(conversation.table.c.ref == who)
        found = books.rows(self.street, facts.where(conversation.table.c.flow == "boarding"))
        car = found[0].facts.get("vehicle", "") if found else ""
        return sum(one.vehicle_id == car and one.state == "aboard" for one in self.stop.boardings())

    # ── what must hold ────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def nobody_rides_twice_or_where_they_may_not(self) -> None:
        """One boarding each, of one's own notice and class, within the seats, and none that was cancelled."""
        if not hasattr(self, "people"):
            return
        riding = [one for one in self.stop.boardings() if one.state != boarding.State.UNDONE]
        cars = {one.id: one for one in self.stop.does(vehicle.noun.where)}
        places = {(one.notice_id, one.contact_id): one for one in self.stop.does(notice.person_noun.where)}
        assert len({one.contact_id for one in riding}) == len(riding), "boarded twice"
        ended = {one.id for one in self.stop.does(notice.noun.where) if one.state == notice.State.ABORTED}
        for one in riding:
            assert one.notice_id not in ended or one.state != "aboard", "aboard a notice that was ended"
            place = places.get((one.notice_id, one.contact_id))
            assert place is not None, "boarded a foreign notice"
            assert one.notice_id not in self.cancelled, "boarded a cancelled notice"
            assert place.travel_class == cars[one.vehicle_id].travel_class, "classes are mixed"
        for car in cars.values():
            assert sum(one.vehicle_id == car.id for one in riding) <= car.room, "too many in one car"

    @invariant()
    def whoever_left_was_accounted_for_and_the_hotel_knows(self) -> None:
        """应到 = 已上 + 处置 before a notice departs; a departed car has one hand-over with exactly its people."""
        if not hasattr(self, "people"):
            return
        papers = {one.id: one for one in self.stop.does(notice.noun.where)}
        for place in self.stop.does(notice.person_noun.where):
            if papers[place.notice_id].state in ("departed", "closed", "aborted"):
                assert place.state in ("departed", "arrived", "disposed", "dropped"), "left behind without a word"
        handed = {one.vehicle_id: one for one in self.stop.handovers()}
        for car in self.stop.does(vehicle.noun.where):
            assert (car.state == "departed") == (car.id in handed)
            rode = {o.contact_id for o in self.stop.boardings() if o.vehicle_id == car.id and o.state != "undone"}
            if car.id in handed:
                assert rode == self._guests(handed[car.id])
        names = {one.id: one.name for one in self.stop.does(contact.noun.where)}
        for row in handed.values():
            told = self.system.applied.get(f"manifest:{row.id}:v1")
            assert (told is not None) >= (row.push == handover.Push.DELIVERED)
            if told is not None:
                assert {one["name"] for one in told["people"]} == {names[one] for one in self._guests(row)}
        assert len(self.system.applied) <= len(handed)

    def _guests(self, row: handover.Handover) -> set[str]:
        wanted = handover.guests.c.handover_id == row.id
        return {one.contact_id for one in self.stop.does(lambda tx: handover.guest_noun.where(tx, wanted))}

    def teardown(self) -> None:
        """The hotel is well again and hears of the rest; every promise of the books, nothing that WeCom refuses."""
        if hasattr(self, "people"):
            self.system.moods = []
            self.street.waits(minutes=10)
            self.reached.update(f"hand-over {one.state}" for one in self.stop.handovers())
            self.reached.update(f"notice {one.state}" for one in self.stop.does(notice.noun.where))
            undelivered = [one for one in self.stop.handovers() if one.push == handover.Push.WAITING]
            found = books.broken(self.street)
            self.street.close()
            next(self.databases, None)
            shutil.rmtree(self.folder)
            assert (undelivered, found) == ([], [])


_open = conversation.cards.c.closed_at.is_(None)
ENDS = {"hand-over agreed", "notice closed", "notice cancelled"}
QUICK = settings(
    max_examples=10, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
DEEP = settings(
    max_examples=400, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


class TestBusStop(BusStop.TestCase):  # type: ignore[misc, valid-type]
    """A short walk for every change, which must get as far as there is to get."""

    settings = QUICK

    def runTest(self) -> None:  # noqa: N802 -- the name that unittest calls
        """The end of the road is met: what no walk reaches, no walk has tried."""
        BusStop.reached.clear()
        super().runTest()
        assert set(BusStop.reached) >= ENDS, BusStop.reached


@pytest.mark.slow
class TestBusStopForLong(BusStop.TestCase):  # type: ignore[misc, valid-type]
    """A long walk by night."""

    settings = DEEP


class OtherBusStop(BusStop):
    """The same on PostgreSQL, where two really happen at once."""

    engine = databases.KINDS[1]


@pytest.mark.slow
class TestOtherBusStopForLong(OtherBusStop.TestCase):  # type: ignore[misc, valid-type]
    """A shorter one: a fresh database costs more there."""

    settings = settings(DEEP, max_examples=60)
