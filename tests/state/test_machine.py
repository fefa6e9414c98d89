"""The life of a noun: only rows of its table are walked, a refusal leaves no trace, a stale row is not written."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.state import contact, journal
from bot.state.contact import Contact
from bot.state.machine import Life, Refused, Stale
from bot.state.sealed import Keyring
from bot.state.store import Store, Unavailable
from bot.state.unit import Tx
from tests import invariants

LIVES = [noun.life for noun in invariants.nouns()]
AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)


def events(life: Life) -> list[str]:
    return sorted({event for _, event, _ in life.pairs()})


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_every_pair_of_state_and_event_is_answered_as_the_table_says(life: Life) -> None:
    table = {(source, event): to for source, event, to in life.pairs()}
    for state in life.states:
        for event in events(life):
            assert life.allows(state, event) is ((state, event) in table)
            if (state, event) in table:
                assert life.next(state, event) == life.next(state.value, event) == table[state, event]
            else:
                with pytest.raises(Refused) as no:
                    life.next(state, event)
                assert (no.value.reason, life.label(state) in no.value.words) == ("illegal_move", True)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_an_event_leads_from_one_state_to_one_other_only(life: Life) -> None:
    pairs = [(source, event) for source, event, _ in life.pairs()]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_every_state_can_be_reached_and_has_a_word_for_people(life: Life) -> None:
    reached = set(life.born)
    for _ in life.states:
        reached |= {to for source, _, to in life.pairs() if source in reached}
    assert reached == {state.value for state in life.states}
    labels = [life.label(state) for state in life.states]
    assert len(set(labels)) == len(labels)
    assert not any(label.isascii() for label in labels)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_an_event_nobody_declared_is_a_defect_not_a_refusal(life: Life) -> None:
    with pytest.raises(KeyError, match=life.noun):
        life.next(life.born[0], "explode")


@given(st.data())
def test_a_random_walk_only_ever_walks_edges(data: st.DataObject) -> None:
    life = data.draw(st.sampled_from(LIVES))
    state, edges = data.draw(st.sampled_from(life.born)), set(life.pairs())
    for event in data.draw(st.lists(st.sampled_from(events(life)), max_size=12)):
        try:
            after = life.next(state, event)
        except Refused:
            assert not any((state, event) == (source, name) for source, name, _ in edges)
        else:
            assert (state, event, after) in edges
            state = after


# ── the row ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def somebody(state: str = "pending", **given: Any) -> Contact:
    plain = dict.fromkeys(Contact.__dataclass_fields__, "")
    return Contact(
        **(plain | {"id": "c1", "state": state, "version": 1, "last_exposure": None, "created_at": AT} | given)
    )


class Book:
    """One contact in a database, and what can be done with it."""

    def __init__(self, store: Store, keys: Keyring) -> None:
        self.store, self.keys = store, keys
        self.write(lambda tx: contact.noun.insert(tx, somebody(name="王建明", category="密接")))

    def write(self, work: Any) -> Any:
        def run(conn: sa.Connection) -> Any:
            tx = Tx(conn, self.keys, AT, "a test", "li.fang")
            result = work(tx)
            tx.flush()
            return result

        return self.store.write(run)

    def load(self) -> Contact:
        found: Contact = self.write(lambda tx: contact.noun.load(tx, "c1"))
        return found

    def lines(self) -> list[Any]:
        with self.store.read() as conn:
            return list(conn.execute(sa.select(journal.table).order_by(journal.table.c.id)))


@pytest.fixture
def book(store: Store, keys: Keyring) -> Book:
    """One pending contact."""
    return Book(store, keys)


def test_a_move_writes_row_changes_and_line_together(book: Book) -> None:
    book.write(lambda tx: contact.noun.fire(tx, book_load(tx), "report_home", {"result": "2"}, note="已在家"))
    here, line = book.load(), book.lines()[-1]
    assert (here.state, here.version, here.note, here.name) == ("at_home", 2, "已在家", "王建明")
    assert (line.entity, line.n, line.event, line.before, line.after) == (
        "contact:c1",
        2,
        "report_home",
        "pending",
        "at_home",
    )
    assert (line.actor, line.cause, line.facts) == ("li.fang", "a test", {"result": "2"})


def test_a_row_made_with_the_enums_member_can_be_fired_at_once(book: Book) -> None:
    """`transitions` looked such a state up by its name and the event was quarantined."""

    def work(tx: Tx) -> Contact:
        born = contact.noun.insert(tx, somebody(contact.State.PENDING, id="c2"))
        return contact.noun.fire(tx, born, "report_home")

    assert book.write(work).state == "at_home"


def book_load(tx: Tx) -> Contact:
    return contact.noun.load(tx, "c1", lock=True)


def test_a_refused_move_leaves_no_trace_not_even_of_what_was_done_before_it(book: Book) -> None:
    before, lines = book.load(), book.lines()

    def work(tx: Tx) -> None:
        here = contact.noun.amend(tx, book_load(tx), "corrected", note="改过")
        tx.flush()
        contact.noun.fire(tx, here, "offline_done")

    with pytest.raises(Refused):
        book.write(work)
    assert (book.load(), book.lines()) == (before, lines)


def test_a_row_that_has_moved_since_it_was_read_is_stale_and_nothing_is_written(book: Book) -> None:
    old = book.load()
    book.write(lambda tx: contact.noun.amend(tx, book_load(tx), "corrected", note="别人"))
    lines = book.lines()
    with pytest.raises(Unavailable) as caught:  # run again until the store gives up, because it stays stale
        book.write(lambda tx: contact.noun.fire(tx, old, "report_home"))
    assert isinstance(caught.value.__cause__, Stale)
    with pytest.raises(Unavailable):
        book.write(lambda tx: contact.noun.amend(tx, replace(old, version=2, state="at_home"), "corrected"))
    assert (book.load().note, book.lines()) == ("别人", lines)


def test_a_life_begins_only_where_the_table_lets_it(book: Book) -> None:
    with pytest.raises(Refused) as no:
        book.write(lambda tx: contact.noun.insert(tx, somebody("at_home", id="c2")))
    assert no.value.reason == "illegal_birth"
    assert len(book.lines()) == 1


def test_what_is_not_there_is_refused_with_the_words_for_people(book: Book) -> None:
    with pytest.raises(Refused) as no:
        book.write(lambda tx: contact.noun.load(tx, "no-such-id"))
    assert (no.value.reason, no.value.words) == ("unknown_ref", "没有找到这条记录，可能已归档。没有改动。")


def test_sealed_columns_are_plain_in_hand_and_boxes_in_the_table(book: Book) -> None:
    with book.store.read() as conn:
        cells = conn.execute(sa.select(*[contact.table.c[name] for name in contact.SEALED])).one()
    assert book.load().name == "王建明"
    assert not any("王建明".encode() in bytes(cell) for cell in cells)
