"""Boarding: a band scanned at the door of the bus over HTTP until it is committed and answered, alone and at 50/s."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import sqlalchemy as sa

from bot.bench import people, taps, traffic
from bot.bench.bed import Bench, City, Server, bihuan, stand_in
from bot.bench.figures import Figure, Goal
from bot.bench.traffic import NotAnswered, Phone, Timed
from bot.state import area, band, boarding, code, contact, conversation, issuance, notice, staff, supply, vehicle
from bot.state.unit import Tx
from cards import words
from integrations.wecom.sandbox import events

T = TypeVar("T")
CLIENTS, RATE = 8, 50.0
_COUNT = itertools.count()


@dataclass(frozen=True, slots=True)
class Bus:
    """A vehicle that has come for a notice: who stands at its door, and the codes that its people wear."""

    escort: str
    codes: list[str]
    vehicle: str


def scans(bench: Bench) -> Iterator[Figure]:
    """P3: one escort scanning one after another; eight escorts at eight buses, together 50 scans a second."""
    each = bench.size(40, 4)
    for engine in bench.engines:
        with ExitStack() as stack:
            buses = (bench.times + 1) * (CLIENTS + 1)
            city = stack.enter_context(bench.city(engine, bench.size(10_000, 1_000)))
            ready = [a_bus(city, worker, each) for worker in escorts(buses)]
            ours = stack.enter_context(bihuan(city.url))
            echo = stack.enter_context(stand_in("bot.bench.echo", taps.THREADS))
            board(city, ours.port, ready.pop())
            alone, crowd, beside, idle = [], [], [], []
            for _ in range(bench.times):
                beside.append(taps.echoes(echo, each))
                alone.append(board(city, ours.port, ready.pop()))
                echoing = [_echoing(echo, each, which) for which in range(CLIENTS)]
                idle.append(traffic.at_once(echoing)[0])
                eight = [ready.pop() for _ in range(CLIENTS)]
                jobs = [_paced(city, ours.port, bus, which) for which, bus in enumerate(eight)]
                crowd.append(traffic.at_once(jobs)[0])
        yield from _figures(engine, alone, crowd, beside, idle)


def _figures(
    engine: str,
    alone: list[list[Timed]],
    crowd: list[list[Timed]],
    beside: list[list[Timed]],
    idle: list[list[Timed]],
) -> Iterator[Figure]:
    case, most = f"P3 {engine}", 3 if engine == "sqlite" else 5

    def each(runs: list[list[Timed]], share: float) -> tuple[float, ...]:
        return tuple(map(taps.milliseconds_of(share), runs))

    yield Figure(
        case, "boarding scan, 1 client, median", "ms", each(alone, 0.5), each(beside, 0.5), taps.ECHO, Goal(most=most)
    )
    for what, share, goal in (("median", 0.5, 5), ("p99", 0.99, 30)):
        name = f"boarding scan, {RATE:.0f}/s, {what}"
        yield Figure(case, name, "ms", each(crowd, share), each(idle, share), taps.ECHO, Goal(most=goal))


def growth(bench: Bench) -> Iterator[Figure]:
    """P4: the same scan with few and with many contacts in the database."""
    few, many, each = 1_000, bench.size(100_000, 2_000), bench.size(40, 4)
    for engine in bench.engines:
        with ExitStack() as stack:
            cities = [stack.enter_context(bench.city(engine, count)) for count in (few, many)]
            ready = [[a_bus(city, one, each) for one in escorts(bench.times + 1)] for city in cities]
            servers = [stack.enter_context(bihuan(city.url)) for city in cities]
            timed: list[list[list[Timed]]] = [[], []]
            for turn in range(bench.times + 1):
                for which, city in enumerate(cities):
                    found = board(city, servers[which].port, ready[which].pop())
                    if turn:  # the first bus only warms
                        timed[which].append(found)
        values = [tuple(map(taps.milliseconds_of(), one)) for one in timed]
        what, against = f"boarding scan, {many:,} contacts, median", f"{few:,} contacts"
        yield Figure(f"P4 {engine}", what, "ms", values[1], values[0], against, Goal(ratio_most=1.3))


def escorts(count: int) -> list[str]:
    """So many members, each to be the escort of one bus."""
    return [worker for home in people.communities() for worker in home.workers][:count]


def board(city: City, port: int, bus: Bus, due: Iterator[float | None] | None = None) -> list[Timed]:
    """Scan everybody of a bus aboard; a kind refusal must not be measured."""
    with Phone(port, bus.escort) as phone:
        timed = [phone.does("scan", _scanned(bus.escort, one), next(due) if due else None) for one in bus.codes]
    mine = sa.select(sa.func.count()).select_from(boarding.table).where(boarding.table.c.boarded_by == bus.escort)
    with city.core.store.read() as conn:
        if (count := conn.execute(mine).scalar_one()) != len(bus.codes):
            raise NotAnswered(f"{bus.escort} boarded {count} instead of {len(bus.codes)}: refusals were measured")
    return timed


def _paced(city: City, port: int, bus: Bus, which: int) -> Callable[[], list[Timed]]:
    return lambda: board(city, port, bus, traffic.steady(RATE, CLIENTS, which))


def _echoing(server: Server, count: int, which: int) -> Callable[[], list[Timed]]:
    return lambda: taps.echoes(server, count, traffic.steady(RATE, CLIENTS, which))


def _scanned(escort: str, payload: str) -> str:
    fields = [("Event", "scancode_waitmsg"), *events.scan(words.SCAN_ABOARD, payload, "qrcode")]
    return events.render([("xml", [*traffic.head(escort, "event"), *fields, ("AgentID", traffic.PLATFORM.agent_id)])])


def a_bus(city: City, escort: str, many: int) -> Bus:
    """An escort in front of a bus that has come, and so many people of their community with bands on, on its list."""
    place = escort[1:-1]
    listed, codes = _does(city, lambda tx: _passengers(tx, place, many))
    car = _does(city, lambda tx: _stands(tx, escort, place, listed))
    return Bus(escort, [code.payload(city.core.keys, short) for short in codes], car)


def _passengers(tx: Tx, place: str, many: int) -> tuple[list[str], list[str]]:
    """People born for this bus: to be taken away, with a kit each."""
    _, codes = supply.print_new(tx, many)
    ids = []
    for short in codes:
        blank = dict.fromkeys(("sex", "id_type", "id_number", "index_case", "place", "note", "list_no", "address"), "")
        born = contact.Contact(
            tx.id(), contact.State.PENDING, 1, place, name="演练", phone="", category="密接", last_exposure=None,
            created_at=tx.now, **blank,
        )  # fmt: skip
        person = contact.noun.fire(tx, contact.noun.insert(tx, born), "report_central")
        worn = band.by_code(tx, code.Code(short, code.Origin.TYPED), lock=True)
        if worn is None:
            raise RuntimeError("a code that was printed is not there")
        issuance.issue(tx, person, worn, {"none": 1})
        ids.append(person.id)
    return ids, codes


def _stands(tx: Tx, escort: str, place: str, listed: list[str]) -> str:
    """The notice, its vehicle (whose id), and the escort's talk at its door."""
    row = notice.Notice(
        tx.id(), notice.State.SENT.value, 1, place, notice.next_number(tx, place), len(listed), 0, "", "北门", tx.now,
        escort, tx.now,
    )  # fmt: skip
    everybody = []
    for who in listed:
        at = notice.NoticePerson(tx.id(), notice.On.LISTED.value, 1, row.id, who, 1, "close", "", tx.now)
        everybody.append((at, contact.noun.load(tx, who)))
    row = notice.noun.fire(tx, notice.send(tx, row, everybody), "taken", taken_by=escort, taken_at=tx.now)
    car = vehicle.Vehicle(
        tx.id(), vehicle.State.ASSIGNED.value, 1, row.id, f"闽D·演{row.number:03}", "close", "", 60, 60, "", "",
        tx.now + timedelta(minutes=30), escort, tx.now,
    )  # fmt: skip
    vehicle.noun.insert(tx, car, "assigned")
    notice.noun.fire(tx, row, "assigned")
    where = area.find(tx, place)
    if where is None:
        raise RuntimeError(f"{place} is no place of the bench")
    grant = {"staff_id": escort, "role": staff.Role.ESCORT.value, "area_code": place, "path": where.path}
    tx.run(staff.grants.insert(), grant)
    talk = conversation.lock(tx, "boarding", escort, "idle")
    talk.step, talk.facts = "scanning", {"notice": row.id, "vehicle": car.id}
    conversation.save(tx, talk)
    staff.set_focus(tx, escort, talk.id)
    return car.id


def _does(city: City, work: Callable[[Tx], T]) -> T:
    """A unit of work of its own."""

    def unit(conn: sa.Connection) -> T:
        tx = Tx(conn, city.core.keys, city.core.runner.now(), f"bus:{next(_COUNT)}", "bench")
        done = work(tx)
        tx.flush()
        return done

    return city.core.store.write(unit)
