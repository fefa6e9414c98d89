"""Oracles over a whole database: each asks for rows that break a promise of RELIABILITY §2.2, and must find none.

`check(store)` may follow any test, fault or drill: it reads on the read-only connection and changes nothing.
"""

import importlib
import json
import pkgutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from bot import state
from bot.state import (
    band,
    contact,
    conversation,
    issuance,
    journal,
    notice,
    offline_duty,
    queue,
    reports,
    stock,
    vehicle,
    verification,
)
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Noun
from tests import owed

SECRET = "a-key-for-tests-and-for-nothing-else"
ENDS = ("sent", "superseded", "expired", "failed")
PEOPLE = ("tap", "text", "word", "scan", "photo", "other", "enter")


class Violated(AssertionError):
    """A promise is broken; the message lists the rows that break it."""


@dataclass(frozen=True, slots=True)
class Books:
    """What an oracle may ask: an open connection and the keys."""

    conn: sa.Connection
    keys: Keyring

    def rows(self, statement: sa.Executable) -> list[Any]:
        """Every row."""
        return list(self.conn.execute(statement))


Oracle = Callable[[Books], Iterator[str]]


def check(store: Store, secret: str = SECRET) -> None:
    """Ask every oracle; `Violated` names each broken promise and the rows."""
    found = violations(store, secret)
    if found:
        raise Violated("\n".join(f"{name}: {row}" for name, rows in found.items() for row in rows))


def violations(store: Store, secret: str = SECRET) -> dict[str, list[str]]:
    """The violating rows by promise; empty when all is well."""
    with store.read() as conn:
        books = Books(conn, Keyring([secret]))
        answers = {name: list(oracle(books)) for name, oracle in ORACLES.items()}
    return {name: rows for name, rows in answers.items() if rows}


@cache
def nouns() -> tuple[Noun[Any], ...]:
    """Every noun of the house, found where they are declared."""
    names = [module.name for module in pkgutil.iter_modules(state.__path__) if not module.ispkg]
    modules = [importlib.import_module(f"{state.__name__}.{name}") for name in sorted(names)]
    found = {
        value.table.name: value for module in modules for value in vars(module).values() if isinstance(value, Noun)
    }
    return tuple(found.values())


# ── state ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def chain(books: Books) -> Iterator[str]:
    """I-61: the journal's chains and seals hold."""
    yield from (f"{one.entity} #{one.n} {one.what}" for one in journal.verify(books.conn, books.keys.audit))


def explained(books: Books) -> Iterator[str]:
    """I-02: a noun's state and version are those of its last line; no line tells of a noun that is not there."""
    last = {line.entity: line for line in books.rows(sa.select(journal.table).order_by(journal.table.c.n))}
    for noun in nouns():
        kind, columns = noun.life.noun, (noun.table.c.id, noun.table.c.state, noun.table.c.version)
        told = {entity for entity in last if entity.startswith(f"{kind}:")}
        for row in books.rows(sa.select(*columns)):
            line = last.get(f"{kind}:{row.id}")
            told.discard(f"{kind}:{row.id}")
            if line is None or (line.after, line.n) != (row.state, row.version):
                yield f"{kind} {row.id} is {row.state} v{row.version}, told as {line and (line.after, line.n)}"
        yield from (f"{entity} is told of and not there" for entity in sorted(told))


def edges_only(books: Books) -> Iterator[str]:
    """I-03: a line that moves a noun is an edge of its table, or its birth."""
    lives = {noun.life.noun: noun.life for noun in nouns()}
    pairs = {name: set(life.pairs()) for name, life in lives.items()}
    for line in books.rows(sa.select(journal.table)):
        kind = line.entity.partition(":")[0]
        if kind not in lives or line.before == line.after:
            continue
        born = line.before == "" and line.n == 1 and line.after in lives[kind].born
        if not born and (line.before, line.event, line.after) not in pairs[kind]:
            yield f"{line.entity} #{line.n}: {line.before} --{line.event}--> {line.after}"


def once_each(books: Books) -> Iterator[str]:
    """I-04: one arrival moves an entity at most once."""
    moved = sa.select(journal.table.c.cause, journal.table.c.entity, sa.func.count().label("times"))
    moved = moved.where(journal.table.c.before != journal.table.c.after)
    for row in books.rows(moved.group_by(journal.table.c.cause, journal.table.c.entity).having(sa.func.count() > 1)):
        yield f"{row.cause} moved {row.entity} {row.times} times"


def answered(books: Books) -> Iterator[str]:
    """I-06: whoever is refused hears of it, in the response or by a letter."""
    inbox, outbox = queue.inbox, queue.outbox
    letter = sa.exists().where(outbox.c.cause == inbox.c.id, outbox.c.recipient == inbox.c.actor)
    refused = sa.select(inbox.c.id, inbox.c.reason, inbox.c.answer).where(
        inbox.c.outcome != "applied", inbox.c.actor != "", inbox.c.kind.in_(PEOPLE), ~letter
    )
    yield from (f"{row.id} ({row.reason}) has no answer" for row in books.rows(refused) if not row.answer)


# ── letters ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def announced(books: Books) -> Iterator[str]:
    """I-10: each feedback is announced to the CDC by exactly one letter, each duty is begun by exactly one."""
    starts = Counter[tuple[str, str]]()
    for row in books.rows(sa.select(queue.outbox.c.id, queue.outbox.c.payload).where(queue.outbox.c.kind == "start")):
        payload = json.loads(books.keys.open(row.payload, "outbox", "payload", row.id))
        if payload["name"] == "start" and "to" not in payload["data"]:  # with "to" it is only laid on one phone again
            starts[payload["flow"], payload["ref"]] += 1
    for flow, table in (("receipt", reports.table), ("offline_duty", offline_duty.table)):
        for row in books.rows(sa.select(table.c.id)):
            if (count := starts[flow, row.id]) != 1:
                yield f"{flow} {row.id} is announced {count} times"


def caused(books: Books) -> Iterator[str]:
    """I-11: nothing is said or promised without an arrival that was committed."""
    arrived = sa.select(queue.inbox.c.id)
    for table in (queue.outbox, queue.timers):
        orphans = sa.select(table.c.id, table.c.cause).where(table.c.cause.not_in(arrived))
        yield from (f"{table.name} {row.id} has no cause {row.cause}" for row in books.rows(orphans))


def ended(books: Books) -> Iterator[str]:
    """I-12: a letter has an end exactly when it is marked with one, and a lease exactly while it is out."""
    out = queue.outbox.c
    for row in books.rows(sa.select(out.id, out.state, out.ended_at, out.lease_until)):
        if (row.state in ENDS) is (row.ended_at is None):
            yield f"letter {row.id} is {row.state}, ended at {row.ended_at}"
        if (row.state == "leased") is (row.lease_until is None) and row.state != "superseded":
            yield f"letter {row.id} is {row.state}, leased until {row.lease_until}"


def one_live_card(books: Books) -> Iterator[str]:
    """I-13: of one conversation at most one card a slot is live on a phone; no task_id is in two letters."""
    card, out = conversation.cards.c, queue.outbox.c
    live = sa.select(card.conversation, card.recipient, card.slot).where(card.closed_at.is_(None))
    groups = live.group_by(card.conversation, card.recipient, card.slot).having(sa.func.count() > 1)
    yield from (f"{tuple(row)} has several live cards" for row in books.rows(groups))
    twice = sa.select(out.card).where(out.kind == "card").group_by(out.card).having(sa.func.count() > 1)
    yield from (f"card {row.card} is sent by several letters" for row in books.rows(twice))


def paced(books: Books) -> Iterator[str]:
    """I-14: no member is sent more than 25 messages in any minute or 900 in any hour."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for row in books.rows(sa.select(queue.deliveries).order_by(queue.deliveries.c.at)):
        times[row.recipient].append(row.at)
    for person, at in times.items():
        for span, most in ((timedelta(minutes=1), queue.PER_MINUTE), (timedelta(hours=1), queue.PER_HOUR)):
            if any(later - first < span for first, later in zip(at, at[most:], strict=False)):
                yield f"{person}: more than {most} messages in {span}"


# ── verification ──────────────────────────────────────────────────────────────────────────────────────────────────────


def in_custody(books: Books) -> Iterator[str]:
    """I-20: a pending person has exactly one open verification, anybody else has none."""
    task, person = verification.table.c, contact.table.c
    open_ones = Counter(row.contact_id for row in books.rows(sa.select(task.contact_id).where(_live(task))))
    for row in books.rows(sa.select(person.id, person.state)):
        if open_ones[row.id] != (row.state == contact.State.PENDING):
            yield f"contact {row.id} is {row.state} with {open_ones[row.id]} open verifications"


def _live(task: Any) -> sa.ColumnElement[bool]:
    live: sa.ColumnElement[bool] = task.state.in_([verification.State.OPEN.value, verification.State.TAKEN.value])
    return live


def told_by_voice(books: Books) -> Iterator[str]:
    """I-22: feedback 4-7 and offline duties go in pairs; a duty is done by a person, with channel, whom and when."""
    report, duty = reports.table.c, offline_duty.table.c
    owed = {row.id for row in books.rows(sa.select(report.id).where(report.result.in_(list(verification.OFFLINE))))}
    duties = books.rows(sa.select(duty.report_id, duty.state, duty.channel, duty.told_whom, duty.told_at, duty.done_by))
    had = Counter(row.report_id for row in duties)
    yield from (f"report {one} has {had[one]} duties" for one in sorted(owed | {*had}) if had[one] != (one in owed))
    for row in duties:
        told = all((row.channel, row.told_whom, row.told_at, row.done_by))
        if (row.state == offline_duty.State.DONE) is not told:
            yield f"the duty of report {row.report_id} is {row.state}; told: {told}"


def numbered(books: Books) -> Iterator[str]:
    """I-08: the reports of one custody count 1, 2, 3: no feedback was given twice, none is lost."""
    report = reports.table.c
    order = sa.select(report.verification_id, report.n).order_by(report.verification_id, report.n)
    before = [("", 0), *(tuple(row) for row in books.rows(order))]
    for (task, n), (next_task, next_n) in pairwise(before):
        if next_n != (n + 1 if task == next_task else 1):
            yield f"report {next_n} of verification {next_task} follows report {n}"


# ── kits and bands ────────────────────────────────────────────────────────────────────────────────────────────────────

ROAD = ("issued", "listed", "aboard", "picked_up", "arrived")


def one_to_one(books: Books) -> Iterator[str]:
    """I-30: who holds a kit wears its band and nobody else does; 已发放 is whoever holds one and is not listed yet."""
    given, worn, person = issuance.table.c, band.table.c, contact.table.c
    held = books.rows(sa.select(given.contact_id, given.band_id).where(given.state == issuance.State.ACTIVE))
    bound = books.rows(sa.select(worn.contact_id, worn.id).where(worn.state == band.State.BOUND))
    for kind, pairs in (("kits", held), ("bands", bound)):
        for column in (0, 1):
            twice = [one for one, count in Counter(row[column] for row in pairs).items() if count > 1]
            yield from (f"{one} is in several {kind}" for one in twice)
    if held:  # tests of bands bind them without kits
        yield from (f"band and kit differ: {pair}" for pair in set(map(tuple, held)) ^ set(map(tuple, bound)))
    states = {row.id: row.state for row in books.rows(sa.select(person.id, person.state))}
    holders = {row.contact_id for row in held}
    yield from (f"contact {one} holds a kit and is {states[one]}" for one in holders if states[one] not in ROAD)
    issued = {one for one, state in states.items() if state == contact.State.ISSUED}
    yield from (f"contact {one} is issued nothing" for one in issued - holders)


def one_person_ever(books: Books) -> Iterator[str]:
    """I-31: of all persons a code was ever bound to, undone or not, there is at most one."""
    served: dict[str, set[str]] = defaultdict(set)
    bindings = sa.select(journal.table.c.entity, journal.table.c.facts)
    for row in books.rows(bindings.where(journal.table.c.entity.like("band:%"), journal.table.c.event == "bound")):
        served[row.entity].add(row.facts["contact"])
    yield from (f"{code} was bound to {len(people)} persons" for code, people in served.items() if len(people) > 1)


def counted(books: Books) -> Iterator[str]:
    """I-32: what came and went makes what is on hand, never below nothing; a kit that was undone went nowhere."""
    kept, move, given = stock.table.c, stock.moves.c, issuance.table.c
    moved = sa.select(move.stock_id, sa.func.sum(move.pieces)).group_by(move.stock_id)
    sums = {row[0]: row[1] for row in books.rows(moved)}
    for row in books.rows(sa.select(kept.id, kept.item, kept.on_hand)):
        if row.on_hand != sums.get(row.id, 0) or row.on_hand < 0:
            yield f"stock of {row.item} is {row.on_hand}, its moves make {sums.get(row.id, 0)}"
    undone = sa.select(move.issuance_id).join(issuance.table, given.id == move.issuance_id)
    undone = undone.where(given.state == issuance.State.UNDONE).group_by(move.issuance_id)
    yield from (f"kit {row[0]} went though undone" for row in books.rows(undone.having(sa.func.sum(move.pieces) != 0)))


def on_one_notice(books: Books) -> Iterator[str]:
    """I-40: whoever is listed or aboard has one place saying so, on a notice that is open; and nobody else has one."""
    place, person = notice.people_table.c, contact.table.c
    states = {row.id: row.state for row in books.rows(sa.select(person.id, person.state))}
    ends = {row.id: row.state for row in books.rows(sa.select(notice.table.c.id, notice.table.c.state))}
    held: dict[str, list[str]] = defaultdict(list)
    explained: set[str] = set()
    for row in books.rows(sa.select(place.contact_id, place.notice_id, place.state)):
        if row.state in (notice.On.LISTED, notice.On.ABOARD):
            held[row.contact_id].append(row.state)
            if ends[row.notice_id] not in notice.OPEN:
                yield f"contact {row.contact_id} is {row.state} on a notice that is {ends[row.notice_id]}"
        elif row.state == notice.On.DISPOSED and ends[row.notice_id] in (notice.State.ASSIGNED, notice.State.BOARDING):
            explained.add(row.contact_id)  # did not come, and may still: listed until the last car has left
    for one, now in states.items():
        expected = [now] if now in (notice.On.LISTED, notice.On.ABOARD) else []
        if held[one] != expected and not (now == notice.On.LISTED and one in explained and not held[one]):
            yield f"contact {one} is {now} with places {held[one]}"


def called_off(books: Books) -> Iterator[str]:
    """I-43: a notice that was cancelled or returned has nobody aboard and no car on its way; nor one ended early."""
    over = sa.select(notice.table.c.id).where(notice.table.c.state.in_(["cancelled", "returned"]))
    place, car = notice.people_table.c, vehicle.table.c
    left = sa.select(place.id, place.state).where(place.notice_id.in_(over), place.state != notice.On.DROPPED.value)
    yield from (f"place {row.id} is {row.state} on a notice called off" for row in books.rows(left))
    sent = sa.select(car.plate, car.state).where(car.notice_id.in_(over), car.state != vehicle.State.WITHDRAWN.value)
    yield from (f"{row.plate} is {row.state} for a notice called off" for row in books.rows(sent))
    ended = sa.select(notice.table.c.id).where(notice.table.c.state == notice.State.ABORTED)
    waits = sa.select(car.plate, car.state).where(car.notice_id.in_(ended), car.state.in_(["assigned", "arrived"]))
    yield from (f"{row.plate} still waits for a notice that was ended early" for row in books.rows(waits))


def reasoned(books: Books) -> Iterator[str]:
    """I-48: the counts of a notice are those of its list as it was sent, or say why not."""
    place = notice.people_table.c
    listed = Counter((row[0], row[1]) for row in books.rows(sa.select(place.notice_id, place.travel_class)))
    for row in books.rows(sa.select(notice.table)):
        counts = (listed[row.id, "close"], listed[row.id, "other"])
        reason = books.keys.open(row.count_reason, "notice", "count_reason", row.id)
        if (row.close_count, row.other_count) != counts and not reason:
            yield f"notice {row.id} asks for {(row.close_count, row.other_count)}, lists {counts}, without a reason"


def sound(books: Books) -> Iterator[str]:
    """The file itself is whole: SQLite's own integrity and foreign-key checks (PostgreSQL keeps these by itself)."""
    if books.conn.dialect.name == "sqlite":
        for pragma, well in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
            found = [tuple(row) for row in books.conn.exec_driver_sql(f"PRAGMA {pragma}")]
            if found != well:
                yield f"{pragma}: {found}"


def waited_for(books: Books) -> Iterator[str]:
    """I-23: whatever is owed waits on the ladder, nothing else does, and somebody stands above it who would hear."""
    yield from owed.unlike(books.rows)
    yield from owed.unheard(books.rows)


ORACLES: dict[str, Oracle] = {
    "I-02": explained, "I-03": edges_only, "I-04": once_each, "I-06": answered, "I-08": numbered, "I-10": announced,
    "I-11": caused, "I-12": ended, "I-13": one_live_card, "I-14": paced, "I-20": in_custody, "I-22": told_by_voice,
    "I-23": waited_for,
    "I-30": one_to_one, "I-31": one_person_ever, "I-32": counted,
    "I-40": on_one_notice, "I-43": called_off, "I-48": reasoned,
    "I-61": chain, "integrity": sound,
}  # fmt: skip
