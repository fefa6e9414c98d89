"""Rows written in bulk are the rows that Core writes, on both engines, whatever their columns hold."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.state import base, bulk, contact, conversation, journal, queue, waiting
from bot.state.store import Store

AT = datetime(2022, 11, 22, 10, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
CONTACT: dict[str, Any] = {
    "state": "pending", "version": 1, "name": b"\x01\x00\xff", "id_number": b"", "phone": b"\x01p", "category": "密接",
    "index_case": b"", "last_exposure": date(2022, 11, 20), "place": b"", "address": b"", "note": b"",
    "id_hash": None, "created_at": AT,
}  # fmt: skip
LINE: dict[str, Any] = {
    "entity": "contact:1", "event": "listed", "before": "", "after": "pending", "actor": "system", "cause": "list:1",
    "at": AT, "facts": {"列": ["电话", None, 1.5], "嵌": {"a": True}}, "mac": b"\x00" * 32,
}  # fmt: skip
LETTER: dict[str, Any] = {
    "cause": "evt", "kind": "text", "recipient": "li.fang", "priority": 0, "payload": b"\x01x", "not_before": AT,
    "expires_at": AT,
}  # fmt: skip
TALK: dict[str, Any] = {
    "flow": "help", "step": "ready", "turn": 1, "version": 1, "held_at": None, "draft": b"", "facts": {},
    "updated_at": AT,
}  # fmt: skip
PAIRS = [
    (contact.table, [CONTACT | {"id": "a"}], [CONTACT | {"id": "b"}], {"id"}),
    (journal.table, [LINE | {"n": 1}], [LINE | {"n": 2}], {"id", "n"}),
    (queue.outbox, [LETTER | {"id": "a", "dedup": "a"}], [LETTER | {"id": "b", "dedup": "b"}], {"id", "dedup", "seq"}),
    (conversation.table, [TALK | {"id": "a", "ref": "a"}], [TALK | {"id": "b", "ref": "b"}], {"id", "ref"}),
]


@pytest.mark.parametrize(("table", "ours", "cores", "own"), PAIRS, ids=lambda value: getattr(value, "name", None))
def test_a_row_is_the_row_core_would_have_written(
    store: Store, table: sa.Table, ours: list[dict[str, Any]], cores: list[dict[str, Any]], own: set[str]
) -> None:
    def write(conn: sa.Connection) -> None:
        bulk.insert(conn, table, ours)
        conn.execute(table.insert(), cores)

    store.write(write)
    shared = [column for column in table.c if column.name not in own]
    with store.read() as conn:
        mine, theirs = conn.execute(sa.select(*shared)).all()
    assert mine == theirs


def test_many_rows_keep_their_order_and_none_is_lost(store: Store) -> None:
    rows = [LINE | {"n": n, "facts": {"n": n}} for n in range(1, 2_501)]
    store.write(lambda conn: bulk.insert(conn, journal.table, rows))
    with store.read() as conn:
        found = conn.execute(sa.select(journal.table.c.n, journal.table.c.facts).order_by(journal.table.c.id)).all()
    assert [(row.n, row.facts["n"]) for row in found] == [(n, n) for n in range(1, 2_501)]


def test_many_rows_are_the_rows_core_would_have_written(store: Store) -> None:
    odd = ["", "a\tb\nc\\N", "\\N", "前埔南", "\"'", "\\x00"]
    ours = [
        CONTACT | {"id": f"a{n:03}", "list_no": odd[n % 6], "name": bytes([n]), "last_exposure": None}
        for n in range(200)
    ]

    def write(conn: sa.Connection) -> None:
        bulk.insert(conn, contact.table, ours)
        conn.execute(contact.table.insert(), [one | {"id": f"b{one['id'][1:]}"} for one in ours])

    store.write(write)
    shared = [column for column in contact.table.c if column.name != "id"]
    with store.read() as conn:
        found = conn.execute(sa.select(*shared).order_by(contact.table.c.id)).all()
    assert len(found) == 400
    assert found[:200] == found[200:]
    assert [row.list_no for row in found[:6]] == odd


@pytest.mark.parametrize("count", [1, 3, 200])
def test_cells_go_where_their_names_say(store: Store, count: int) -> None:
    names = tuple(sorted([*LINE, "n"], reverse=True))
    rows = [[(LINE | {"n": n})[name] for name in names] for n in range(1, count + 1)]
    store.write(lambda conn: bulk.insert_cells(conn, journal.table, names, rows))
    store.write(lambda conn: bulk.insert(conn, journal.table, [LINE | {"n": 0}]))
    with store.read() as conn:
        found = conn.execute(sa.select(*[journal.table.c[name] for name in LINE]).order_by(journal.table.c.n)).all()
    assert len(found) == count + 1
    assert len({str(row) for row in found}) == 1


@pytest.mark.parametrize("count", [0, 1, 200])
def test_rows_that_differ_in_two_columns_are_alike_in_all_else(store: Store, count: int) -> None:
    begun = {"holders": [], "day": date(2022, 3, 15), "began": AT, "due": AT, "rung": 0, "at": AT, "stamp": 1}
    like = begun | {"step": "feedback", "ref": "", "path": "", "told": 0}
    refs, paths = [f"r{n:03}" for n in range(count)], [f"/{n}/" for n in range(count)]
    store.write(lambda conn: bulk.insert_alike(conn, waiting.table, like, {"ref": refs, "path": paths}))
    with store.read() as conn:
        found = conn.execute(sa.select(waiting.table).order_by(waiting.table.c.ref)).all()
    assert [(row.ref, row.path) for row in found] == list(zip(refs, paths, strict=True))
    assert all((row.step, row.due, row.holders) == ("feedback", AT.astimezone(UTC), []) for row in found)


WORDS = st.text(max_size=5)


@given(st.dictionaries(WORDS, WORDS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)))
def test_facts_read_as_the_encoder_would_write_them(facts: dict[str, Any]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
    assert base.quoting(encode)(facts) == encode(facts)


def test_no_rows_are_no_statement(store: Store) -> None:
    store.write(lambda conn: bulk.insert(conn, journal.table, []))
    with store.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(journal.table)).scalar_one() == 0


def test_a_time_without_its_zone_is_refused_as_ever(store: Store) -> None:
    naive = [LINE | {"n": 1, "at": datetime(2022, 11, 22)}]  # noqa: DTZ001 -- this is the mistake
    with pytest.raises(ValueError, match="zone"):
        store.write(lambda conn: bulk.insert(conn, journal.table, naive))


def test_an_instant_comes_back_in_utc(store: Store) -> None:
    store.write(lambda conn: bulk.insert(conn, journal.table, [LINE | {"n": 1}]))
    with store.read() as conn:
        assert conn.execute(sa.select(journal.table.c.at)).scalar_one() == AT.astimezone(UTC)


def test_a_later_row_without_a_column_is_named(store: Store) -> None:
    rows = [LINE | {"n": 1}, {name: value for name, value in LINE.items() if name != "mac"} | {"n": 2}]
    with pytest.raises(KeyError, match="mac"):
        store.write(lambda conn: bulk.insert(conn, journal.table, rows))
