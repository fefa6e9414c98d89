"""The journal: what was written can be neither changed nor removed unnoticed, line by line and entity by entity."""

import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.state import journal
from bot.state.journal import Line
from bot.state.store import Store

KEY = b"the-key-of-the-auditor-and-of-nobody-else"
AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
UNGUARD = {
    "sqlite": ["DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"],
    "postgresql": ["ALTER TABLE journal DISABLE TRIGGER USER"],
}


def life(entity: str, states: Iterable[str], at: datetime = AT) -> list[Line]:
    """The lines of an entity that goes through these states."""
    moves = enumerate(pairwise(["", *states]), 1)
    return [
        Line(entity, n, f"to_{after}", before, after, "li.fang", f"evt:{entity}:{n}", at, {"n": n, "why": ["甲", None]})
        for n, (before, after) in moves
    ]


@pytest.fixture
def book(store: Store) -> Store:
    """Two entities of three lines each, written in turns, and sealed."""
    first, second = life("contact:1", "abc"), life("contact:2", "abc")
    for pair in zip(first, second, strict=True):
        store.write(lambda conn, pair=pair: journal.append(conn, KEY, pair))  # type: ignore[misc]
    assert store.write(lambda conn: journal.seal(conn, KEY, LATER)) == 6
    return store


def breaks(store: Store) -> list[tuple[str, int, str]]:
    with store.read() as conn:
        return [(one.entity, one.n, one.what) for one in journal.verify(conn, KEY)]


def forge(store: Store, *statements: sa.Executable | str) -> None:
    """Change the journal behind the triggers' back, as somebody with the database's password could."""

    def work(conn: sa.Connection) -> None:
        for one in UNGUARD[conn.dialect.name]:
            conn.exec_driver_sql(one)
        for statement in statements:
            conn.execute(sa.text(statement) if isinstance(statement, str) else statement)

    store.write(work)


def test_an_untouched_journal_verifies(book: Store) -> None:
    assert breaks(book) == []


def test_the_wrong_key_verifies_nothing(book: Store) -> None:
    with book.read() as conn:
        assert len(journal.verify(conn, b"another key")) == 6 + 1


# ── the database itself refuses ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'me'", "DELETE FROM journal WHERE n = 3"])
def test_the_database_refuses_to_change_or_delete_a_line(book: Store, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        book.write(lambda conn: conn.execute(sa.text(statement)))
    assert breaks(book) == []


def test_postgresql_refuses_to_empty_the_table_too(book: Store) -> None:
    if book.sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        book.write(lambda conn: conn.execute(sa.text("TRUNCATE journal")))


def test_one_version_of_an_entity_is_told_once(book: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        book.write(lambda conn: journal.append(conn, KEY, life("contact:1", "abc")[:1]))


# ── and where it was made to accept, the chain tells ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    ["actor = 'me'", "cause = 'evt:x'", "event = 'y'", "facts = '{}'", "at = '2022-03-15 09:00:00+00:00'"],
)
def test_a_line_that_was_altered_is_found(book: Store, change: str) -> None:
    if book.sqlite:
        change = change.replace("+00:00", ".000000")
    forge(book, f"UPDATE journal SET {change} WHERE entity = 'contact:1' AND n = 2")
    assert breaks(book) == [("contact:1", 2, "was altered")]


def test_a_line_that_was_cut_out_is_found_by_the_gap_and_the_seal(book: Store) -> None:
    forge(book, "DELETE FROM journal WHERE entity = 'contact:1' AND n = 2")
    found = breaks(book)
    assert ("contact:1", 3, "a line is missing before it") in found
    assert [entity for entity, _, _ in found][-1] == "seal"


def test_two_lines_that_changed_places_are_found(book: Store) -> None:
    swap = "UPDATE journal SET n = {} WHERE entity = 'contact:1' AND n = {}"
    forge(book, swap.format(9, 2), swap.format(2, 3), swap.format(3, 9))
    assert {(entity, n) for entity, n, _ in breaks(book)} >= {("contact:1", 2), ("contact:1", 3)}


def test_the_last_line_cut_off_is_found_by_the_seal(book: Store) -> None:
    forge(book, "DELETE FROM journal WHERE entity = 'contact:2' AND n = 3")
    assert [(entity, n) for entity, n, _ in breaks(book)] == [("seal", 1)]


def test_a_whole_entity_cut_out_is_found_by_the_seal(book: Store) -> None:
    forge(book, "DELETE FROM journal WHERE entity = 'contact:2'")
    [(entity, _, what)] = breaks(book)
    assert (entity, what) == ("seal", "covers 3 lines, was made over 6, or one of them differs")


def test_a_line_slipped_in_under_a_seal_is_found(book: Store) -> None:
    book.write(lambda conn: journal.append(conn, KEY, life("contact:3", "a")))
    forge(book, "UPDATE journal SET id = -1 WHERE entity = 'contact:3'")
    assert breaks(book) == [], "the seal begins at nought: ids below it are not issued"
    forge_id = "UPDATE journal_seal SET upto = upto + 1"
    book.write(lambda conn: conn.execute(sa.text(forge_id)))
    assert breaks(book) == []
    forge_line = "UPDATE journal SET id = (SELECT upto FROM journal_seal) WHERE entity = 'contact:3'"
    book.write(lambda conn: conn.execute(sa.text(forge_line)))
    assert [entity for entity, _, _ in breaks(book)] == ["seal"]


def test_a_seal_that_was_removed_or_altered_is_found(book: Store) -> None:
    book.write(lambda conn: journal.append(conn, KEY, life("contact:3", "ab")))
    book.write(lambda conn: journal.seal(conn, KEY, LATER + timedelta(hours=1)))
    book.write(lambda conn: conn.execute(sa.text("DELETE FROM journal_seal WHERE id = 1")))
    assert [(entity, n) for entity, n, _ in breaks(book)] == [("seal", 2)]


# ── seals ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_seal_covers_what_has_settled_and_stops_before_what_has_not(store: Store) -> None:
    old, young = life("contact:1", "a", AT), life("contact:2", "a", AT + timedelta(seconds=50))
    older = life("contact:3", "a", AT)
    for lines in (old, young, older):
        store.write(lambda conn, lines=lines: journal.append(conn, KEY, lines))  # type: ignore[misc]

    def seal(at: datetime) -> int:
        return store.write(lambda conn: journal.seal(conn, KEY, at))

    assert seal(AT + timedelta(seconds=30)) == 0
    assert seal(AT + timedelta(seconds=70)) == 1, "the settled line behind an unsettled one waits with it"
    assert seal(AT + timedelta(seconds=70)) == 0
    assert seal(AT + timedelta(seconds=110)) == 2
    assert breaks(store) == []


def test_sealing_again_and_again_chains_everything_once(store: Store) -> None:
    for n in range(1, 5):
        store.write(lambda conn, n=n: journal.append(conn, KEY, life(f"contact:{n}", "ab")))  # type: ignore[misc]
        assert store.write(lambda conn: journal.seal(conn, KEY, LATER)) == 2
    with store.read() as conn:
        assert [row.lines for row in conn.execute(sa.select(journal.seals))] == [2, 2, 2, 2]
    assert breaks(store) == []


# ── the link ──────────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = st.text(max_size=8)


LINES = st.builds(
    Line, WORDS, st.integers(0, 99), WORDS, WORDS, WORDS, WORDS, WORDS, st.just(AT),
    st.dictionaries(WORDS, st.integers() | WORDS | st.none()),
)  # fmt: skip


@given(LINES)
def test_a_line_is_sealed_as_the_json_array_of_its_fields(line: Line) -> None:
    words = [line.entity, line.n, line.event, line.before, line.after, line.actor, line.cause, line.at.isoformat()]
    said = json.dumps([*words, line.facts], ensure_ascii=False, sort_keys=True)
    assert line.mac(KEY, b"link") == hmac.digest(KEY, b"link" + said.encode(), "sha256")


@given(
    LINES, st.sampled_from(["entity", "event", "before", "after", "actor", "cause"]), st.text(min_size=1, max_size=3)
)
def test_no_word_of_a_line_can_change_without_changing_the_mac(line: Line, name: str, more: str) -> None:
    other = line._replace(**{name: getattr(line, name) + more})
    assert line.mac(KEY, b"") != other.mac(KEY, b"")
    assert line.mac(KEY, b"") != line.mac(KEY, b"1")


@given(LINES.filter(lambda line: line.event != ""))
def test_words_cannot_flow_from_one_field_into_the_next(line: Line) -> None:
    shifted = line._replace(entity=line.entity + line.event, event="")
    assert shifted.mac(KEY, b"") != line.mac(KEY, b"")
