"""Whether somebody is on a list already, asked of a hundred thousand people: by document, phone, name and address."""

import time
from collections.abc import Callable, Iterator
from datetime import date

import sqlalchemy as sa

from bot.bench import bed, people
from bot.bench.bed import Bench, City
from bot.bench.figures import Figure, Goal
from bot.state import contact, sought
from bot.state.sealed import Keyring
from bot.state.sought import Known
from bot.state.unit import Tx
from integrations.cdc import columns

PEOPLE, ASKED = 100_000, 200
SCANNED = 1_000  # a naive search opens every name: so many are timed, and reckoned up to the whole list
AGAINST = "opening every name"
Ask = Callable[[Tx, dict[str, str]], Known]
WAYS: dict[str, Ask] = {
    "document": lambda tx, one: sought.find(tx, number=one["证件号码"]),
    "name and phone": lambda tx, one: sought.find(tx, name=one["姓名"], phone=one["联系电话"]),
    "name and address": lambda tx, one: sought.find(tx, name=one["姓名"], address=one["详细地址"]),
    "everything, nobody found": lambda tx, one: sought.find(
        tx, name=one["姓名"], number=people.id_number(people.MOST // 2), phone="14499999999", address="无此住址1号"
    ),
}


def search(bench: Bench) -> Iterator[Figure]:
    """Milliseconds a search, the database and the opening of seals included; the naive way opens every name."""
    count = bench.size(PEOPLE, 2_000)
    for engine in bench.engines:
        with bench.city(engine, count) as city:
            every = max(1, count // ASKED)
            wanted = [dict(zip(columns.COLUMNS, row, strict=True)) for row in _rows(count, every)]
            naive = tuple(_scan(city, count) for _ in range(bench.times))
            for way, ask in WAYS.items():
                found = tuple(_mean(city, ask, wanted, way) for _ in range(bench.times))
                what = f"search of {count:,} people by {way}"
                yield Figure(f"sought {engine}", what, "ms", found, naive, AGAINST, Goal(most=20))


def _rows(count: int, every: int) -> list[list[str]]:
    homes = people.communities()
    return [people.row(n, homes[n % len(homes)], date(2022, 11, 20)) for n in range(0, count, every)]


def _mean(city: City, ask: Ask, wanted: list[dict[str, str]], way: str) -> float:
    """The mean of all searches, in ms; whoever is on the list must be found."""
    with city.core.store.read() as conn:
        tx = Tx(conn, city.core.keys, bed.now(), "bench")
        started = time.perf_counter()
        found = [ask(tx, one) for one in wanted]
        took = 1000 * (time.perf_counter() - started) / len(wanted)
    if not way.endswith("nobody found") and any(one.person is None for one in found):
        raise RuntimeError(f"{way}: somebody on the list was not found")
    return took


def _scan(city: City, count: int) -> float:
    """Opening every name to compare it, in ms for the whole list."""
    table = contact.table.c
    keys: Keyring = city.core.keys
    with city.core.store.read() as conn:
        started = time.perf_counter()
        for row in conn.execute(sa.select(table.id, table.name).limit(SCANNED)):
            keys.open(row.name, "contact", "name", row.id)
        took = time.perf_counter() - started
    return 1000 * took * count / min(count, SCANNED)
