"""A bus stop for stories: people with bands on, a notice, vehicles that have come, and the phones around it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

import sqlalchemy as sa

from bot.ladder import Step
from bot.state import (
    area,
    band,
    boarding,
    code,
    contact,
    handover,
    hotel,
    issuance,
    notice,
    queue,
    staff,
    supply,
    vehicle,
    waiting,
)
from bot.state.contact import Contact
from bot.state.notice import Notice
from bot.state.rules import day
from bot.state.unit import Tx
from bot.state.vehicle import Class, Vehicle
from bot.state.waiting import Wait
from bot.turn import Answer, Event, Kind
from cards import mask
from tests.verification.hand import Hand
from tests.verification.street import Street

T = TypeVar("T")
PLACE = "350203010034"
PATH = f"/3502/350203/350203010/{PLACE}/"
_numbers = count(1)


def anew(tx: Tx) -> Tx:
    """The same unit, with a cause of its own for what comes next: one arrival moves an entity at most once."""
    tx.cause = f"stop:{next(_numbers)}"
    return tx


def road_ahead(tx: Tx, person: str, holder: str, path: str = PATH) -> Wait:
    """Eight hours from now somebody must have been driven away, by the newest pack."""
    due = tx.now + timedelta(hours=8)
    return Wait(Step.TRANSFER, person, path, (holder,), day(tx.now), tx.now, due, 0, tx.now + timedelta(hours=4))


@dataclass
class Wearer:
    """Somebody with a band on: their id, name, and the code that a phone reads off it."""

    id: str
    name: str
    short: str
    code: str

    @property
    def shown(self) -> str:
        """Their name as chat may show it."""
        return mask.name(self.name)


class Stop:
    """What the house holds before the first escort opens their phone; every deed of it is written as anywhere."""

    def __init__(self, street: Street) -> None:
        self.street = street

    def does(self, work: Callable[[Tx], T], actor: str = "li.fang") -> T:
        """Run one unit of work, journal and all."""

        def unit(conn: sa.Connection) -> T:
            tx = Tx(conn, self.street.core.keys, self.street.now(), f"stop:{next(_numbers)}", actor)
            done = work(tx)
            tx.flush()
            return done

        return self.street.core.store.write(unit)

    def people(self, many: int, **known: str) -> list[Wearer]:
        """So many people of 前埔南社区 who are to be taken away and wear a band."""

        def write(tx: Tx) -> list[Wearer]:
            _, codes = supply.print_new(tx, many)
            return [self._wears(tx, self._person(tx, known), short) for short in codes]

        return self.does(write)

    def _person(self, tx: Tx, known: dict[str, str]) -> Contact:
        number = next(_numbers)
        blank = dict.fromkeys(("sex", "id_type", "id_number", "index_case", "place", "note", "list_no"), "")
        given = {"phone": f"1440000{number:04}", "category": "密接", "address": "前埔南小区3栋"} | blank | known
        name = "演" + "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
        row = Contact(
            tx.id(), contact.State.PENDING, 1, PLACE, name=name, last_exposure=None, created_at=tx.now, **given
        )
        return contact.noun.insert(tx, row)

    def _wears(self, tx: Tx, person: Contact, short: str) -> Wearer:
        person = contact.noun.fire(anew(tx), person, "report_central")
        waiting.begin(tx, [road_ahead(tx, person.id, "li.fang")])
        fresh = band.by_code(tx, code.Code(short, code.Origin.TYPED), lock=True)
        assert fresh is not None
        issuance.issue(anew(tx), person, fresh, {"N95口罩": 1})  # no point keeps a stock of it
        return Wearer(person.id, person.name, short, code.payload(tx.keys, short))

    def notice(self, people: list[Wearer], travel_class: Class = Class.CLOSE, **classes: Class) -> Notice:
        """An open notice with these people, already taken by the dispatcher; `classes` names exceptions by name."""

        def write(tx: Tx) -> Notice:
            of = {one.id: classes.get(one.name, travel_class) for one in people}
            close = sum(each is Class.CLOSE for each in of.values())
            row = Notice(
                tx.id(), notice.State.SENT.value, 1, PLACE, notice.next_number(tx, PLACE), close, len(of) - close, "",
                "前埔南小区东门", self.street.now() + timedelta(hours=1), "li.fang", tx.now,
            )  # fmt: skip
            made = notice.noun.insert(tx, row, "sent")
            for one in people:
                place = notice.NoticePerson(
                    tx.id(), notice.On.LISTED.value, 1, made.id, one.id, 1, of[one.id].value, "", tx.now
                )
                notice.person_noun.insert(tx, place, "listed")
                contact.noun.fire(tx, contact.noun.load(tx, one.id), "listed")
            return notice.noun.fire(anew(tx), made, "taken", taken_by="he.diaodu", taken_at=tx.now)

        return self.does(write)

    def vehicle(
        self, row: Notice, plate: str = "闽D·演001", travel_class: Class = Class.CLOSE, room: int = 20
    ) -> Vehicle:
        """A vehicle sent for a notice."""

        def write(tx: Tx) -> Vehicle:
            paper = notice.noun.load(tx, row.id, lock=True)
            car = Vehicle(
                tx.id(), vehicle.State.ASSIGNED.value, 1, row.id, plate, travel_class.value, "", room * 2, room,
                "赖师傅", "14400000900", tx.now + timedelta(minutes=30), "he.diaodu", tx.now,
            )  # fmt: skip
            made = vehicle.noun.insert(tx, car, "assigned")
            notice.noun.fire(tx, paper, "assigned")
            return made

        return self.does(write, "he.diaodu")

    # ── gestures ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def scans(self, user: str, *codes: str, at: datetime | None = None, event: str = "") -> str:
        """Hold a phone before a code; what rides back in the callback's own response."""
        return self.arrives(Kind.SCAN, user, "\n".join(codes), at, event).text

    def arrives(self, kind: Kind, user: str, text: str, at: datetime | None = None, event: str = "") -> Answer:
        """What a phone sends, with an answer that may ride back."""
        the_id = event or f"evt:stop{next(_numbers)}"
        return self.street.arrives(
            Event(the_id, kind, at or self.street.now() + self.street.gesture, user, text=text, replyable=True)
        )

    def opens(self, user: str = "su.husong", plate: str = "") -> Hand:
        """接人上车 → 扫码上车 → 查看详情 of the only vehicle, or of one by its plate."""
        hand = self.street.phone(user)
        hand.says("接人上车")
        said = hand.taps("扫码上车")
        if plate:
            number = next(line.split()[0] for line in said.splitlines() if plate in line)
            hand.says(number)
        else:
            hand.taps("查看详情")
        return hand

    # ── what is written down ──────────────────────────────────────────────────────────────────────────────────────────

    def state(self, who: Wearer) -> str:
        """The state of a person."""
        return str(self.does(lambda tx: contact.noun.load(tx, who.id)).state)

    def boardings(self) -> list[boarding.Boarding]:
        """Every boarding, in order."""
        return self.does(lambda tx: boarding.noun.where(tx, order=boarding.table.c.id))

    def notice_state(self, row: Notice) -> str:
        """The state of a notice."""
        return str(self.does(lambda tx: notice.noun.load(tx, row.id)).state)

    def handovers(self) -> list[handover.Handover]:
        """Every hand-over, in order."""
        return self.does(lambda tx: handover.noun.where(tx, order=handover.table.c.id))

    def guests(self) -> list[tuple[str, str]]:
        """Every guest as (contact, state), in order."""
        rows = self.does(lambda tx: handover.guest_noun.where(tx, order=handover.guests.c.id))
        return [(one.contact_id, one.state) for one in rows]

    def spare(self, tx: Tx) -> str:
        """The code of a band that nobody wears."""
        return code.payload(tx.keys, supply.print_new(tx, 1)[1][0])

    def moves(self, user: str, area_code: str) -> None:
        """A member serves another area from now on."""
        path = sa.select(area.table.c.path).where(area.table.c.code == area_code).scalar_subquery()
        grant = staff.grants.update().where(staff.grants.c.staff_id == user)
        self.does(lambda tx: tx.run(grant.values(area_code=area_code, path=path)))

    def stays(self, user: str, hotel_code: str) -> None:
        """A member of a hotel serves another one from now on."""
        grant = staff.grants.update().where(staff.grants.c.staff_id == user)
        self.does(lambda tx: tx.run(grant.values(area_code=hotel_code, path=f"/h/{hotel_code}/")))

    def forgets(self, kind: str) -> None:
        """A letter that was given up was part of the story: the books are looked at without it."""
        gone = queue.outbox.update().where(queue.outbox.c.kind == kind, queue.outbox.c.state.in_(["failed", "expired"]))
        self.does(lambda tx: tx.run(gone.values(state="superseded")))

    def has_a_system(self, hotel_code: str, url: str, key: str) -> None:
        """A hotel's own system wants to be told there."""
        box = self.street.core.keys.seal(key, "hotel", "push_key", hotel_code)
        here = hotel.table.update().where(hotel.table.c.code == hotel_code)
        self.does(lambda tx: tx.run(here.values(push_url=url, push_key=box)))
