"""Bands: one person for a code, one code for a person, whoever tries what in whatever order; the database keeps it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.state import band, code
from bot.state.band import Band, State
from bot.state.code import BadCode
from bot.state.machine import Refused
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from tests import databases, invariants
from tests.codes.shelf import NOW, Shelf


def bound(shelf: Shelf, short: str, person: str, actor: str = "li.fang") -> Band:
    """The band of a short code, bound to a person."""
    return shelf.does(lambda tx: band.bind(tx, band.recognise(tx, short, lock=True), person), actor)


def test_a_scanned_band_is_bound_and_both_ways_lead_to_it(shelf: Shelf) -> None:
    (short,), person = shelf.prints(), shelf.person()
    worn = shelf.does(lambda tx: band.bind(tx, band.recognise(tx, code.payload(tx.keys, short)), person))
    assert (worn.state, worn.contact_id, worn.bound_by, worn.bound_at) == (State.BOUND, person, "li.fang", NOW)
    assert shelf.does(lambda tx: band.of_contact(tx, person)) == worn
    assert shelf.does(lambda tx: band.recognise(tx, code.shown(short))) == worn
    invariants.check(shelf.store)


def test_a_well_formed_code_that_was_never_printed_is_unknown(shelf: Shelf) -> None:
    with pytest.raises(BadCode) as refused:
        shelf.does(lambda tx: band.recognise(tx, code.payload(tx.keys, code.fresh())))
    assert refused.value.why is code.Reason.NOT_PRINTED


def test_a_bound_or_retired_band_cannot_be_bound_again(shelf: Shelf) -> None:
    (one, two), person, other = shelf.prints(2), shelf.person(), shelf.person()
    bound(shelf, one, person)
    with pytest.raises(Refused):
        bound(shelf, one, other)
    shelf.does(lambda tx: band.retire(tx, band.recognise(tx, two), "损坏"))
    with pytest.raises(Refused):
        bound(shelf, two, other)


def test_a_freed_band_serves_the_same_person_again_and_nobody_else(shelf: Shelf) -> None:
    (short,), person, other = shelf.prints(), shelf.person(), shelf.person()
    worn = bound(shelf, short, person)
    freed = shelf.does(lambda tx: band.release(tx, worn, "撤销"))
    assert (freed.may_serve(person), freed.may_serve(other)) == (True, False)
    with pytest.raises(sa.exc.DBAPIError, match="stays with its person"):
        bound(shelf, short, other)
    assert bound(shelf, short, person).reason == ""
    invariants.check(shelf.store)


def test_a_second_band_for_one_person_is_refused_by_the_database(shelf: Shelf) -> None:
    (one, two), person = shelf.prints(2), shelf.person()
    worn = bound(shelf, one, person)
    with pytest.raises(sa.exc.IntegrityError):
        bound(shelf, two, person)
    shelf.does(lambda tx: band.retire(tx, worn, "丢失"))
    assert bound(shelf, two, person).shown == code.shown(two)


def test_nobody_who_waits_for_a_decision_gets_a_band(shelf: Shelf) -> None:
    (short,), person = shelf.prints(), shelf.person(decided=False)
    with pytest.raises(sa.exc.DBAPIError, match="undecided"):
        bound(shelf, short, person)


def test_the_database_keeps_codes_unique_and_unchanged(shelf: Shelf) -> None:
    one, two = shelf.prints(2)
    table = band.table
    with pytest.raises(sa.exc.DBAPIError):
        shelf.does(lambda tx: tx.run(table.update().where(table.c.code == one).values(code=two)))
    with pytest.raises(sa.exc.IntegrityError):
        shelf.does(lambda tx: tx.run(table.update().where(table.c.code == one).values(state="bound")))


def test_of_two_who_scan_one_code_at_once_one_binds_and_the_other_is_refused(shelf: Shelf) -> None:
    (short,), people, ends = shelf.prints(), [shelf.person(), shelf.person()], list[str]()
    ready = threading.Barrier(2)

    def scans(person: str) -> None:
        ready.wait()
        try:
            bound(shelf, short, person, actor=person)
        except Refused as no:
            ends.append(no.reason)
        else:
            ends.append("bound")

    workers = [threading.Thread(target=scans, args=(person,)) for person in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(ends) == ["bound", "illegal_move"]
    invariants.check(shelf.store)


# ── no interleaving of bind, undo and replace breaks one-to-one ───────────────────────────────────────────────────────

BANDS, PEOPLE = 4, 3
DEEDS = st.lists(
    st.tuples(st.sampled_from(["bind", "undo", "retire"]), st.integers(0, BANDS - 1), st.integers(0, PEOPLE - 1)),
    max_size=12,
)


@pytest.fixture(scope="module")
def long_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """One database for all examples; each brings its own bands and people."""
    store = Store(next(databases.fresh("sqlite", tmp_path_factory.mktemp("bands"))))
    yield Shelf(store, Keyring([invariants.SECRET]))
    store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(DEEDS)
def test_whatever_is_tried_in_whatever_order_one_code_serves_one_person(
    long_shelf: Shelf, deeds: list[tuple[str, int, int]]
) -> None:
    shorts, people = long_shelf.prints(BANDS), [long_shelf.person() for _ in range(PEOPLE)]
    served: dict[str, set[str | None]] = {short: set() for short in shorts}

    def act(tx: Tx, verb: str, short: str, person: str) -> Band:
        one = band.recognise(tx, short, lock=True)
        if verb == "bind":
            return band.bind(tx, one, person)
        return band.release(tx, one, "撤销") if verb == "undo" else band.retire(tx, one, "丢失")

    for verb, which, who in deeds:
        with suppress(Refused, sa.exc.DBAPIError):
            after = long_shelf.does(partial(act, verb=verb, short=shorts[which], person=people[who]))
            served[shorts[which]].add(after.contact_id)
        worn = long_shelf.does(lambda tx: [band.of_contact(tx, person) for person in people])
        assert all(times == 1 for times in Counter(one.code for one in worn if one).values())
    assert all(len(people - {None}) <= 1 for people in served.values())
