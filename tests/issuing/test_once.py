"""All or nothing, and one to one: whatever is killed, raced or interleaved, no code serves two and nobody wears two."""

import threading
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ladder import Step
from bot.state import band, contact, issuance, stock, waiting
from bot.state.code import BadCode
from bot.state.issuance import Reason
from bot.state.machine import Refused, Stale
from bot.state.queue import inbox
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from bot.turn import Event, Kind
from tests import databases, invariants
from tests.codes.shelf import Shelf
from tests.issuing.counter import Counter, Worker
from tests.verification import books

KIT = {"RFID手环": 1, "N95口罩": 5}


class _Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize(
    "deed", ["issue", *(pytest.param(one, marks=pytest.mark.slow) for one in ("undo", "replace", "swap"))]
)
def test_a_deed_killed_at_any_statement_leaves_nothing_or_all(counter: Counter, li: Worker, deed: str) -> None:
    counter.ready(2)
    event, wearing, kits = AT_THE_COUNTER[deed](counter, li)
    points = 0
    while True:
        points += 1
        before = everything(counter)
        if survives(counter, event, points):
            break
        assert everything(counter) == before, f"a trace is left after dying at statement {points}"
    assert points > 12
    said = counter.desk.handle(event).text
    assert said.startswith("✓") or "已撤销" in said, "the delivery that comes again has the same answer"
    assert (counter.wearing(), [state for state, _ in counter.kits()]) == (wearing, kits)


def issuing(counter: Counter, li: Worker) -> tuple[Event, dict[str, str], list[str]]:
    """A code is about to be scanned for 王建明: the event, who then wears what, and the records then."""
    (short,) = counter.prints()
    li.waits_for_code()
    return _comes(counter, Kind.SCAN, counter.payload(short)), {"王建明": short}, ["active"]


def undoing(counter: Counter, li: Worker) -> tuple[Event, dict[str, str], list[str]]:
    """林秀英's kit is about to be undone."""
    one, _ = _both_wear(counter, li)
    return _comes(counter, Kind.TEXT, "撤销"), {"王建明": one}, ["active", "undone"]


def replacing(counter: Counter, li: Worker) -> tuple[Event, dict[str, str], list[str]]:
    """The new code for 王建明, who has lost his, is about to be typed."""
    _, two = _both_wear(counter, li)
    (new,) = counter.prints()
    li.picks(选择人员=li.option("王*明"))
    li.taps("更换")
    li.taps("丢失")
    return _comes(counter, Kind.TEXT, new), {"王建明": new, "林秀英": two}, ["replaced", "active", "active"]


def swapping(counter: Counter, li: Worker) -> tuple[Event, dict[str, str], list[str]]:
    """The second code of two who wear each other's is about to be scanned."""
    _both_wear(counter, li)
    new, other = counter.prints(2)
    li.picks(选择人员=li.option("王*明"))
    li.taps("更换")
    li.taps("对调")
    li.taps("选定")
    li.says(new)
    wearing, kits = {"王建明": new, "林秀英": other}, ["replaced", "replaced", "active", "active"]
    return _comes(counter, Kind.SCAN, counter.payload(other)), wearing, kits


AT_THE_COUNTER = {"issue": issuing, "undo": undoing, "replace": replacing, "swap": swapping}


def _both_wear(counter: Counter, li: Worker) -> list[str]:
    codes = counter.prints(2)
    li.waits_for_code()
    for short in codes:
        li.scans(counter.payload(short))
    return codes


def _comes(counter: Counter, kind: Kind, text: str) -> Event:
    return Event("evt:killed", kind, counter.now(), "li.fang", text=text, replyable=True)


def everything(counter: Counter) -> dict[str, list[str]]:
    """All that an issuance writes."""
    tables = (issuance.table, band.table, contact.table, stock.table, stock.moves, inbox)
    return {one.name: sorted(map(repr, books.rows(counter, sa.select(one)))) for one in tables}


def survives(counter: Counter, event: Event, at: int) -> bool:
    """Handle the event, dying after its `at`-th statement; whether it was completed before that."""
    engine, passed = counter.core.store.engine, 0

    def come_by(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            raise _Killed

    sa.event.listen(engine, "after_cursor_execute", come_by)
    try:
        counter.desk.handle(event)
    except _Killed as killed:
        killed.__traceback__ = None  # its frames hold cursors, and those the lock
        engine.dispose()
        return False
    finally:
        sa.event.remove(engine, "after_cursor_execute", come_by)
    return True


def test_two_who_scan_one_code_in_the_same_moment_bind_it_once(counter: Counter, li: Worker, wang: Worker) -> None:
    counter.ready(2)
    (short,) = counter.prints()
    li.waits_for_code()
    wang.waits_for_code(who="林*英")
    said: list[str] = []
    gate = threading.Barrier(2)

    def scan(actor: str) -> None:
        event = Event(f"evt:{actor}", Kind.SCAN, counter.now(), actor, text=counter.payload(short), replyable=True)
        gate.wait()
        said.append(counter.desk.handle(event).text)

    threads = [threading.Thread(target=scan, args=(actor,)) for actor in ("li.fang", "wang.qiang")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Tally("✓ 已发放并绑定" in one for one in said) == {True: 1, False: 1}
    loser = next(one for one in said if "✓" not in one)
    assert "已绑定给" in loser
    assert "没有保存" in loser
    assert len(counter.wearing()) == 1


# ── whatever is interleaved ───────────────────────────────────────────────────────────────────────────────────────────


PEOPLE, CODES = st.integers(0, 2), st.integers(0, 4)
DEEDS = st.one_of(
    st.tuples(st.just("issue"), PEOPLE, CODES),
    st.tuples(st.just("undo"), PEOPLE),
    st.tuples(st.just("replace"), PEOPLE, CODES, st.sampled_from(Reason)),
    st.tuples(st.just("swap"), PEOPLE, PEOPLE, CODES, CODES),
    st.tuples(st.just("withdraw"), PEOPLE),
)


@pytest.fixture(params=databases.KINDS)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """A database for all examples of one engine: each has people and codes of its own."""
    for url in databases.fresh(request.param, tmp_path):
        store = Store(url)
        yield Shelf(store, Keyring([invariants.SECRET]))
        store.close()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, max_size=12))
def test_no_interleaving_breaks_one_to_one(shelf: Shelf, deeds: list[tuple[object, ...]]) -> None:
    people, codes = [shelf.person() for _ in range(3)], shelf.prints(5)
    owners: dict[str, str] = {}
    for deed in deeds:
        attempt(shelf, deed, people, codes)
        for short, person in wearing(shelf, people).items():
            assert owners.setdefault(short, person) == person, "a code never serves a second person"
        assert max(Tally(wearing(shelf, people).values()).values(), default=0) <= 1
    invariants.check(shelf.store)


def attempt(shelf: Shelf, deed: tuple[object, ...], people: list[str], codes: list[str]) -> None:
    """One deed in a unit of work of its own; one that is refused leaves nothing."""
    with suppress(Refused, Stale, BadCode, sa.exc.DBAPIError):
        shelf.does(lambda tx: DO[str(deed[0])](tx, people, codes, *deed[1:]))


def _issue(tx: Tx, people: list[str], codes: list[str], who: int, which: int) -> None:
    person = contact.noun.load(tx, people[who], lock=True)
    issuance.issue(tx, person, band.recognise(tx, codes[which], lock=True), KIT)


def _undo(tx: Tx, people: list[str], _: list[str], who: int) -> None:
    person = contact.noun.load(tx, people[who], lock=True)
    if given := issuance.active(tx, person.id, lock=True):
        issuance.undo(tx, given, person)


def _replace(tx: Tx, people: list[str], codes: list[str], who: int, which: int, why: Reason) -> None:
    person = contact.noun.load(tx, people[who], lock=True)
    if given := issuance.active(tx, person.id, lock=True):
        issuance.replace(tx, given, person, band.recognise(tx, codes[which], lock=True), why, KIT)


def _swap(tx: Tx, people: list[str], codes: list[str], one: int, two: int, first: int, second: int) -> None:
    if one == two:  # the counter offers nobody as their own twin
        return
    _replace(tx, people, codes, one, first, Reason.SWAPPED)
    _replace(tx, people, codes, two, second, Reason.SWAPPED)


def _withdraw(tx: Tx, people: list[str], _: list[str], who: int) -> None:
    person = contact.noun.load(tx, people[who], lock=True)
    if issuance.withdraw(tx, person.id, "corrected"):
        contact.noun.fire(tx, person, "report_home")
        waiting.change(tx, {(Step.TRANSFER, person.id): None})


DO: dict[str, Callable[..., Any]] = {
    "issue": _issue,
    "undo": _undo,
    "replace": _replace,
    "swap": _swap,
    "withdraw": _withdraw,
}


def wearing(shelf: Shelf, people: list[str]) -> dict[str, str]:
    """Who wears which code, of these people."""
    worn = sa.select(band.table.c.code, band.table.c.contact_id).where(band.table.c.state == "bound")
    return shelf.does(lambda tx: {row.code: row.contact_id for row in tx.all(worn) if row.contact_id in people})


def test_an_empty_kit_is_given_and_taken_back_without_touching_the_stock(shelf: Shelf) -> None:
    who, (short,) = shelf.person(), shelf.prints()
    shelf.does(lambda tx: stock.move(tx, "a", "宣传单", 3, stock.Why.RECEIVED, 1))
    assert shelf.does(lambda tx: _give(tx, who, short, {})) == []
    shelf.does(lambda tx: _undo(tx, [who], [], 0))
    assert [one.on_hand for one in shelf.does(lambda tx: stock.at(tx, "a"))] == [3]


def _give(tx: Tx, who: str, short: str, items: dict[str, int]) -> list[stock.Stock]:
    person = contact.noun.load(tx, who, lock=True)
    return issuance.issue(tx, person, band.recognise(tx, short, lock=True), items)[1]


def test_who_is_listed_for_transport_stays_listed_with_a_kit_and_without(shelf: Shelf) -> None:
    who, (short,) = shelf.person(), shelf.prints()
    shelf.does(lambda tx: contact.noun.fire(tx, contact.noun.load(tx, who), "listed"))
    shelf.does(lambda tx: _issue(tx, [who], [short], 0, 0))
    assert shelf.does(lambda tx: contact.noun.load(tx, who)).state == contact.State.LISTED
    shelf.does(lambda tx: _undo(tx, [who], [], 0))
    assert shelf.does(lambda tx: contact.noun.load(tx, who)).state == contact.State.LISTED
    assert wearing(shelf, [who]) == {}


def test_nobody_who_is_aboard_is_undone(shelf: Shelf) -> None:
    who, (short,) = shelf.person(), shelf.prints()
    shelf.does(lambda tx: contact.noun.fire(tx, contact.noun.load(tx, who), "listed"))
    shelf.does(lambda tx: _issue(tx, [who], [short], 0, 0))
    shelf.does(lambda tx: contact.noun.fire(tx, contact.noun.load(tx, who), "boarded"))
    with pytest.raises(Refused):
        shelf.does(lambda tx: _undo(tx, [who], [], 0))
    assert wearing(shelf, [who]) == {short: who}, "nothing of the attempt is left"


def test_the_database_itself_refuses_a_kit_for_whoever_is_undecided(shelf: Shelf) -> None:
    undecided = shelf.person(decided=False)
    (short,) = shelf.prints()
    before = shelf.does(lambda tx: tx.all(sa.select(issuance.table)))

    def forced(tx: Tx) -> None:
        bound = band.recognise(tx, short)
        values = {"id": tx.id(), "state": "active", "version": 1, "contact_id": undecided, "band_id": bound.id}
        values |= {"area_code": "a", "items": {}, "issued_by": "x", "issued_at": tx.now}
        tx.run(issuance.table.insert(), values)

    with pytest.raises(sa.exc.DBAPIError, match="undecided"):
        shelf.does(forced)
    assert shelf.does(lambda tx: tx.all(sa.select(issuance.table))) == before
