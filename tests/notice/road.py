"""How far a day has got: people fed back as willing, a notice written, taken, with cars; all by real gestures."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.state import area, boarding, contact, notice, queue, reports, staff, trip, vehicle, verification, waiting
from bot.state.base import new_id
from bot.state.sealed import Keyring
from bot.state.unit import Tx
from tests.boarding.stop import road_ahead
from tests.invariants import SECRET
from tests.scenarios import lists
from tests.verification import books
from tests.verification.street import Street
from tests.world import World

AREA = "350203010034"  # 前埔南社区
CAR = "闽D演001 密接 45座 张师傅 14400000111 10:30"


class Road:
    """`road.family(3)` makes three of one household ready; `road.sent()` sends a notice for everybody ready."""

    def __init__(self, street: Street | World) -> None:
        self.street: Any = street

    def family(
        self, count: int, first: int = 0, willing: str = "yes", needs: str = "none", area: str = AREA, **more: str
    ) -> None:
        """`count` people of the list's names from `first` on, one household, fed back as result 1 by 李芳."""
        people = [
            self._person(name, number, more, area)
            for number, name in list(enumerate(lists.NAMES, 1001))[first : first + count]
        ]
        self._feed_back(people, {"info": "same", "door": "na", "willing": willing, "needs": needs})

    def crowd(self, count: int) -> None:
        """So many people, each in a household of their own, willing."""
        people = [self._person(f"演示{n:03}", 2000 + n, {"详细地址": f"前埔南小区{n}号"}) for n in range(count)]
        self._feed_back(people, {"info": "same", "door": "na", "willing": "yes", "needs": "none"})

    def _person(self, name: str, number: int, more: dict[str, str], area: str = AREA) -> contact.Contact:
        row = lists.person(name, f"1440000{number:04}", **more)
        now = self.street.now()
        return contact.Contact(
            new_id(now), contact.State.PENDING, 1, area, "", name, "", "", "", row["联系电话"], row["人员类别"], "",
            None, "", row["详细地址"], "", now,
        )  # fmt: skip

    def _feed_back(self, people: list[contact.Contact], answers: dict[str, str]) -> None:
        """What the desk writes for a list, a task that is taken and a feedback: by the same words, without the taps."""
        now = self.street.now()
        tasks = [
            verification.Verification(
                new_id(now), "open", 1, one.id, one.area_code, "", None, now, now + timedelta(hours=2)
            )
            for one in people
        ]

        def listed(tx: Tx) -> None:
            contact.insert_many(tx, contact.cells(tx.keys, people))
            verification.insert_many(tx, tasks)

        self.arrival(listed)
        self.arrival(lambda tx: [verification.noun.fire(tx, one, "taken", holder="li.fang") for one in tasks])

        def report(tx: Tx) -> None:
            for person, task in zip(people, tasks, strict=True):
                taken = verification.noun.load(tx, task.id)
                contact.noun.fire(tx, person, "report_central")
                waiting.begin(tx, [road_ahead(tx, person.id, "li.fang", self._path(tx, person.area_code))])
                verification.noun.fire(tx, taken, "reported", ended_at=tx.now)
                one = reports.add(tx, task, "1", "本人在家，同意转运", dict(answers))
                self._letter(tx, {"flow": "receipt", "ref": one.id, "name": "start", "data": {}})

        self.arrival(report)
        self.street.settle()

    def _path(self, tx: Tx, code: str) -> str:
        place = area.find(tx, code)
        return place.path if place else "/"

    def _letter(self, tx: Tx, payload: dict[str, Any]) -> None:
        the_id = tx.id()
        body = tx.keys.seal(json.dumps(payload), "outbox", "payload", the_id)
        row = {"id": the_id, "dedup": the_id, "cause": tx.cause, "kind": "start", "recipient": "", "priority": 0}
        row |= {"card": "", "payload": body, "not_before": tx.now, "expires_at": tx.now + timedelta(days=1)}
        queue.post(tx.conn, [row])

    def arrival(self, deed: Callable[[Tx], object]) -> None:
        """Something that arrives and writes, without a phone."""

        def write(conn: sa.Connection) -> None:
            tx = Tx(conn, Keyring([SECRET]), self.street.now(), f"test:{new_id(self.street.now())}", "li.fang")
            row = {"id": tx.cause, "kind": "start", "actor": "", "received_at": tx.now, "outcome": "applied"}
            conn.execute(queue.inbox.insert(), row | {"reason": "", "answer": b"", "body": b""})
            deed(tx)
            tx.flush()

        self.street.core.store.write(write)

    def draft(self, address: str = "前埔南小区北门", time: str = "10:30") -> str:
        """李芳 writes a notice for everybody ready, as far as the review."""
        li = self.street.phone("li.fang")
        li.says("通知转运")
        li.taps("新增")
        li.submits()
        li.says(address)
        return str(li.says(time))

    def sent(self, **how: str) -> str:
        """And sends it."""
        self.draft(**how)
        return str(self.street.phone("li.fang").taps("确认通知"))

    def taken(self, **how: str) -> str:
        """And 何调度 takes it; what he then reads."""
        self.sent(**how)
        return str(self.street.phone("he.diaodu").taps("接单"))

    def with_car(self, car: str = CAR, **how: str) -> str:
        """And sends a car."""
        self.taken(**how)
        return self.car(car)

    def car(self, car: str = CAR, by: str = "he.diaodu") -> str:
        """One more car by 何调度."""
        he = self.street.phone(by)
        he.taps("派车")
        he.says(car)
        return str(he.taps("确认派车"))

    def leaves(self, userid: str) -> None:
        """A member is no longer active."""
        with self.street.core.store.engine.begin() as conn:
            conn.execute(staff.table.update().where(staff.table.c.id == userid).values(active=False))

    def moves(self, userid: str, code: str, path: str) -> None:
        """A member serves another community from now on."""
        with self.street.core.store.engine.begin() as conn:
            grant = staff.grants.update().where(staff.grants.c.staff_id == userid)
            conn.execute(grant.values(area_code=code, path=path))

    def becomes(self, userid: str, role: str, path: str) -> None:
        """A member has another role in another place from now on."""
        code = path.strip("/").split("/")[-1]
        with self.street.core.store.engine.begin() as conn:
            grant = staff.grants.update().where(staff.grants.c.staff_id == userid)
            conn.execute(grant.values(role=role, area_code=code, path=path))

    def boards(self, name: str) -> None:
        """Somebody sits in the first car that stands: what the door writes for one who shows no code."""

        def board(tx: Tx) -> None:
            row = notice.noun.load(tx, self.last().id, lock=True)
            [car, *_] = [one for one in notice.vehicles(tx, row.id) if one.standing]
            [person] = [one for _, one in notice.roster(tx, row.id, lock=True) if one.name == name]
            on = trip.load(tx, row.id, car.id)
            assert on is not None
            trip.board(tx, on, trip.Passenger(person), tx.now, boarding.How.MANUAL, "手环丢失")

        self.arrival(board)

    # --- what is written down ---

    def waits(self) -> list[str]:
        """The steps somebody is reminded of, for the newest notice."""
        wait = waiting.table.c
        return [
            row.step
            for row in self._rows(sa.select(wait.step).where(wait.ref == self.last().id, wait.ended_at.is_(None)))
        ]

    def states(self) -> list[str]:
        """The states of all notices, the oldest first."""
        return [row.state for row in self._rows(sa.select(notice.table.c.state).order_by(notice.table.c.id))]

    def last(self) -> notice.Notice:
        """The newest notice, opened."""
        row = self._rows(notice.noun.select.order_by(notice.table.c.id))[-1]
        return notice.noun.read(Keyring([SECRET]), row)

    def cars(self) -> list[tuple[str, str]]:
        """Every car as (plate, state)."""
        c = vehicle.table.c
        return [tuple(row) for row in self._rows(sa.select(c.plate, c.state).order_by(c.id))]

    def riders(self) -> dict[str, str]:
        """Who is on the newest notice, by name, with their state on it."""
        here, person = notice.people_table.c, contact.table
        found = sa.select(person.c.id, person.c.name, here.state).join(person, person.c.id == here.contact_id)
        keys = Keyring([SECRET])
        rows = self._rows(found.where(here.notice_id == self.last().id).order_by(here.id))
        return {keys.open(row.name, "contact", "name", row.id): row.state for row in rows}

    def contacts(self) -> dict[str, str]:
        """The state of everybody on any list, by name."""
        return {name: str(person.state) for name, person in books.people(self.street).items()}

    def _rows(self, statement: sa.Executable) -> list[Any]:
        return books.rows(self.street, statement)
