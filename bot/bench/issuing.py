"""Kits: a code scanned over HTTP until all of it is committed; a household looked for whose seals must be opened."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeVar

import sqlalchemy as sa

from bot.bench import people, taps, traffic
from bot.bench.bed import Bench, City, bihuan, stand_in
from bot.bench.figures import Figure, Goal
from bot.bench.traffic import Phone, Timed
from bot.state import code, contact, finding, issuance, recipient, reports, stock, supply, verification
from bot.state.unit import Tx
from cards import words
from integrations.wecom.sandbox import events

T = TypeVar("T")
FAMILY = 5
READY = 2_000  # ready people in one community: more than any has had
SOUGHT = {"address": "3栋501", "initials": "dxxq 12栋", "telephone": "0042", "name": "明秀"}
_COUNT = itertools.count()


def scans(bench: Bench) -> Iterator[Figure]:
    """One member gives kits to one household of five after another; only the scans are timed."""
    homes = bench.size(4, 1)
    for engine in bench.engines:
        with ExitStack() as stack:
            city = stack.enter_context(bench.city(engine, 256 * FAMILY * homes))
            workers = [home.workers[0] for home in people.communities()][: bench.times + 1]
            for worker in workers:
                make_ready(city, worker[1:-1], FAMILY * homes)
            ours = stack.enter_context(bihuan(city.url))
            echo = stack.enter_context(stand_in("bot.bench.echo", taps.THREADS))
            _gives(city, ours.port, workers[-1], homes)
            found, beside = [], []
            for worker in workers[:-1]:
                with Phone(echo.port, worker) as phone:
                    beside.append([phone.says(traffic.REMARK) for _ in range(FAMILY * homes)])
                found.append(_gives(city, ours.port, worker, homes))
        base = tuple(map(taps.milliseconds_of(), beside))
        goal = Goal(most=3 if engine == "sqlite" else 5)
        middle, tail = (tuple(map(taps.milliseconds_of(share), found)) for share in (0.5, 0.99))
        yield Figure(f"P3 {engine}", "scan that gives a kit, 1 client, median", "ms", middle, base, taps.ECHO, goal)
        yield Figure(f"P3 {engine}", "scan that gives a kit, 1 client, p99", "ms", tail, (), "", Goal(most=30))


def _gives(city: City, port: int, worker: str, homes: int) -> list[Timed]:
    """Find one household after another by words, and scan a fresh code for each of its people."""
    codes = does(city, lambda tx: supply.print_new(tx, FAMILY * homes)[1])
    timed = []
    with Phone(port, worker) as phone:
        for home in range(homes):
            for said in (words.ISSUE, words.TRANSPORT_KINDS[0], "1", "1"):
                phone.says(said)
            mine = codes[FAMILY * home : FAMILY * (home + 1)]
            payloads = [code.payload(city.core.keys, short) for short in mine]
            timed += [phone.does("scan", _scanned(worker, one)) for one in payloads]
    given = sa.select(sa.func.count()).select_from(issuance.table).where(issuance.table.c.issued_by == worker)
    with city.core.store.read() as conn:
        if (count := conn.execute(given).scalar_one()) != len(codes):
            raise traffic.NotAnswered(f"{worker} gave {count} kits instead of {len(codes)}: refusals were measured")
    return timed


def _scanned(worker: str, payload: str) -> str:
    fields = [("Event", "scancode_waitmsg"), *events.scan(words.SCAN_AND_BIND, payload, "qrcode")]
    return events.render([("xml", [*traffic.head(worker, "event"), *fields, ("AgentID", traffic.PLATFORM.agent_id)])])


def make_ready(city: City, area_code: str, many: int) -> None:
    """So many of a community have been fed back as 集中 and willing, in households of five, with stock for all."""

    pack = city.core.runner.rules.at(city.core.runner.now())
    close = next(label for label, kind in pack.categories.items() if kind == recipient.CLOSE)

    def work(tx: Tx) -> None:
        place = sa.select(verification.table.c.id).where(verification.table.c.area_code == area_code)
        for number, row in enumerate(tx.all(place.order_by(verification.table.c.id).limit(many))):
            case = verification.case(tx, row.id)
            if case is None:
                raise RuntimeError(f"{area_code} has no {many} people")
            when = dict.fromkeys(("taken_at", "ended_at"), tx.now)
            verification.noun.fire(tx, case.task, "reported_together", None, holder=tx.actor, **when)
            reports.add(tx, case.task, "1", "", {"willing": recipient.WILLING})
            contact.noun.fire(tx, case.person, "report_central")
            mark = tx.keys.look_up("home", f"{area_code}|{number // FAMILY}")
            one = contact.table.c.id == case.person.id
            tx.run(contact.table.update().where(one).values(home_hash=mark, category=close))
        stock.open_all(tx, [(area_code, item, 10_000, 1) for item in pack.kit.items])

    does(city, work)


def finds(bench: Bench) -> Iterator[Figure]:
    """A household looked for among 2,000 ready people of one community, whose addresses and names are sealed."""
    many = bench.size(READY, 200)
    home = people.communities()[0]
    with bench.city("sqlite", many) as city:
        _gather(city, home.code)
        path = f"/{people.REGION}/{home.code[:7]}/{home.code[:9]}/{home.code}/"
        plain = [_sought(city, path, "") for _ in range(bench.times)]
        for what, text in SOUGHT.items():
            took = tuple(_sought(city, path, text) for _ in range(bench.times))
            title = f"household by {what} among {many:,}"
            yield Figure("finding", title, "ms", took, tuple(plain), "no seal opened", Goal(most=100))


def _gather(city: City, area_code: str) -> None:
    """Everybody of the city is ready in one community, in households of five."""
    everybody = contact.table.update().values(area_code=area_code, state=contact.State.AWAITING_TRANSPORT.value)
    city.core.store.write(lambda conn: conn.execute(everybody))


def _sought(city: City, path: str, text: str) -> float:
    """Milliseconds of one search, after one that compiles and warms."""
    core = city.core
    with core.store.read() as conn:
        tx = Tx(conn, core.keys, core.runner.now(), "bench")
        finding.homes(tx, core.runner.rules, [path], recipient.CLOSE, text)
        started = time.perf_counter()
        finding.homes(tx, core.runner.rules, [path], recipient.CLOSE, text)
        return 1e3 * (time.perf_counter() - started)


def does(city: City, work: Callable[[Tx], T]) -> T:
    """A unit of work of its own."""

    def unit(conn: sa.Connection) -> T:
        tx = Tx(conn, city.core.keys, city.core.runner.now(), f"bench:{next(_COUNT)}", "bench")
        done = work(tx)
        tx.flush()
        return done

    return city.core.store.write(unit)
