"""A contact (涉疫人员): one person of this outbreak, whoever listed them. Law: one person, one row, one state.

A person is known by 证件号码, else by 姓名+电话, both as keyed hashes. A contact whose place is unknown waits as
`unplaced` for the CDC; everyone else belongs to exactly one community at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from bot.state import bulk
from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.machine import Life, edge
from bot.state.sealed import Keyring, normalise
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """Where a person is on the road (DOMAIN §2)."""

    UNPLACED = "unplaced"
    PENDING = "pending"
    FORWARDED = "forwarded"
    AWAITING_TRANSPORT = "awaiting_transport"
    AT_HOME = "at_home"
    AWAITING_OFFLINE = "awaiting_offline"
    OFFLINE_DONE = "offline_done"
    MERGED = "merged"
    UNDECIDED = "undecided"
    EXCLUDED = "excluded"
    ISSUED = "issued"
    LISTED = "listed"
    ABOARD = "aboard"
    PICKED_UP = "picked_up"
    ARRIVED = "arrived"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return LABELS[self]


LABELS = {
    State.UNPLACED: "待分派",
    State.PENDING: "待核实",
    State.FORWARDED: "已转发",
    State.AWAITING_TRANSPORT: "待转运",
    State.AT_HOME: "居家隔离",
    State.AWAITING_OFFLINE: "待线下反馈",
    State.OFFLINE_DONE: "已线下反馈",
    State.MERGED: "已合并",
    State.UNDECIDED: "待判定",
    State.EXCLUDED: "不纳入",
    State.ISSUED: "已发放",
    State.LISTED: "已列入转运单",
    State.ABOARD: "已上车",
    State.PICKED_UP: "已接人",
    State.ARRIVED: "已入住",
}
_REPORTED = (State.AWAITING_TRANSPORT, State.AT_HOME, State.AWAITING_OFFLINE, State.OFFLINE_DONE)
_ON_THE_WAY = (State.ISSUED, State.LISTED)  # reported 集中, and not yet aboard: a feedback may still be put right

life = Life(
    "contact",
    State,
    [
        edge("placed", State.UNPLACED, State.PENDING),
        edge("forwarded", (State.PENDING, *_REPORTED, *_ON_THE_WAY), State.FORWARDED),
        edge("custody_settled", State.FORWARDED, State.PENDING),
        edge("report_central", (State.PENDING, *_REPORTED), State.AWAITING_TRANSPORT),
        edge("report_central", State.ISSUED, State.ISSUED),
        edge("report_central", State.LISTED, State.LISTED),
        edge("report_home", (State.PENDING, *_REPORTED, *_ON_THE_WAY), State.AT_HOME),
        edge("report_away", (State.PENDING, *_REPORTED, *_ON_THE_WAY), State.AWAITING_OFFLINE),
        edge("offline_done", State.AWAITING_OFFLINE, State.OFFLINE_DONE),
        edge("returned", (*_REPORTED, *_ON_THE_WAY), State.PENDING),
        edge("merged", State.PENDING, State.MERGED),
        edge("decided", State.UNDECIDED, State.PENDING),
        edge("listed_after_all", (State.UNDECIDED, State.EXCLUDED), State.PENDING),
        edge("excluded", State.UNDECIDED, State.EXCLUDED),
        edge("supplement_withdrawn", State.UNDECIDED, State.EXCLUDED),
        edge("supplemented", State.EXCLUDED, State.UNDECIDED),
        edge("issued", State.AWAITING_TRANSPORT, State.ISSUED),
        edge("issued", State.LISTED, State.LISTED),
        edge("issue_undone", State.ISSUED, State.AWAITING_TRANSPORT),
        edge("issue_undone", State.LISTED, State.LISTED),
        edge("listed", (State.AWAITING_TRANSPORT, State.ISSUED), State.LISTED),
        edge("unlisted", State.LISTED, State.AWAITING_TRANSPORT),
        edge("unlisted_issued", State.LISTED, State.ISSUED),
        edge("boarded", State.LISTED, State.ABOARD),
        edge("unboarded", State.ABOARD, State.LISTED),
        edge("set_down", State.ABOARD, State.AWAITING_TRANSPORT),
        edge("set_down_issued", State.ABOARD, State.ISSUED),
        edge("picked_up", State.ABOARD, State.PICKED_UP),
        edge("arrived", State.PICKED_UP, State.ARRIVED),
        edge("strayed", State.PICKED_UP, State.AWAITING_TRANSPORT),
        edge("strayed_issued", State.PICKED_UP, State.ISSUED),
    ],
    born=[State.UNPLACED, State.PENDING, State.UNDECIDED],
    stuck={
        State.UNDECIDED: "待判定，不能转运。没有改动。\n请等疾控判定，判定后会通知您。",
        State.EXCLUDED: "疾控判为不纳入，不能转运。没有改动。\n如情况有变，请重新补充。",
    },
)

table = sa.Table(
    "contact",
    metadata,
    id_column(),
    sa.Column("state", sa.String(24), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("area_code", sa.String(32), nullable=False, server_default=""),
    sa.Column("list_no", sa.String(64), nullable=False, server_default=""),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("sex", sa.String(8), nullable=False, server_default=""),
    sa.Column("id_type", sa.String(16), nullable=False, server_default=""),
    sa.Column("id_number", sa.LargeBinary, nullable=False),
    sa.Column("phone", sa.LargeBinary, nullable=False),
    sa.Column("category", sa.String(32), nullable=False),
    sa.Column("index_case", sa.LargeBinary, nullable=False),
    sa.Column("last_exposure", sa.Date),
    sa.Column("place", sa.LargeBinary, nullable=False),
    sa.Column("address", sa.LargeBinary, nullable=False),
    sa.Column("note", sa.LargeBinary, nullable=False),
    sa.Column("id_hash", sa.LargeBinary),
    sa.Column("person_hash", sa.LargeBinary),
    sa.Column("home_hash", sa.LargeBinary, index=True),
    sa.Column("name_hash", sa.LargeBinary),
    sa.Column("address_hash", sa.LargeBinary),
    sa.Column("phone_hash", sa.LargeBinary, index=True),
    sa.Column("created_at", Utc, nullable=False),
    one_of("state", State),
)
sa.Index("uq_contact_id_hash", table.c.id_hash, unique=True)
sa.Index("ix_contact_name_hash", table.c.name_hash, table.c.address_hash)
sa.Index("ix_contact_area_state", table.c.area_code, table.c.state)

SEALED = ("name", "id_number", "phone", "index_case", "place", "address", "note")


@dataclass(frozen=True, slots=True)
class Contact:
    """One person; `place` is 区/街道/社区 as the list wrote it, `area_code` what it was resolved to ("" = not yet)."""

    id: str
    state: str
    version: int
    area_code: str
    list_no: str
    name: str
    sex: str
    id_type: str
    id_number: str
    phone: str
    category: str
    index_case: str
    last_exposure: date | None
    place: str
    address: str
    note: str
    created_at: datetime


noun: Noun[Contact] = Noun(Contact, table, life, SEALED)


def hashes(keys: Keyring, person: Contact) -> dict[str, bytes | None]:
    """The look-up hashes of a person: by document, name, address and phone alone; by name and phone; of the home."""
    name, phone, address = normalise(person.name), normalise(person.phone), normalise(person.address)
    return {
        "name_hash": keys.mark("name", name) or None,
        "address_hash": keys.mark("address", address) or None,
        "phone_hash": keys.mark("phone", phone) or None,
        "id_hash": keys.look_up("id_number", person.id_number) or None,
        "person_hash": keys.mark("person", f"{name}|{phone}") if person.phone else None,
        "home_hash": keys.mark("home", f"{normalise(person.area_code)}|{address}") if person.address else None,
    }


_PLAIN = tuple(name for name in Contact.__dataclass_fields__ if name not in SEALED)
_plain, texts = attrgetter(*_PLAIN), attrgetter(*SEALED)


Cells = dict[str, Any]
"""A person as a row: plain columns, seals and look-up hashes."""


def cells(keys: Keyring, people: Sequence[Contact]) -> list[Cells]:
    """New people as rows."""
    plain = [(person, dict(zip(_PLAIN, _plain(person), strict=True))) for person in people]
    boxes = keys.seal_rows(
        table.name, [(person.id, dict(zip(SEALED, texts(person), strict=True))) for person in people]
    )
    return [row | sealed | hashes(keys, person) for (person, row), sealed in zip(plain, boxes, strict=True)]


def of_cells(row: Cells, sealed: Sequence[str]) -> Contact:
    """The person of a row that has not been written, with the `texts` of its sealed columns."""
    known = row | dict(zip(SEALED, sealed, strict=True))
    return Contact(**{name: known[name] for name in Contact.__dataclass_fields__})


def at(person: Contact, area_code: str) -> Contact:
    """A new person in another community; "" = nobody knows which."""
    return replace(person, area_code=area_code, state=State.PENDING if area_code else State.UNPLACED)


def merge(tx: Tx, here: Contact, added: dict[str, object]) -> Contact:
    """Add facts to a person; their look-up hashes follow."""
    after = replace(here, **added)  # type: ignore[arg-type]
    new = {name: mark for name, mark in hashes(tx.keys, after).items() if mark}
    return noun.amend(tx, here, "merged", {"columns": sorted(added)}, **added, **new)


def by_number(tx: Tx, number: str) -> Contact | None:
    """Whoever bears this 证件号码, or None."""
    mark = tx.keys.look_up("id_number", number)
    row = tx.one(noun.select.where(table.c.id_hash == mark)) if mark else None
    return None if row is None else noun.read(tx.keys, row)


history = sa.Table(
    "contact_history",
    metadata,
    id_column(),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("field", sa.String(24), nullable=False),
    sa.Column("before", sa.LargeBinary, nullable=False),
    sa.Column("after", sa.LargeBinary, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
)


def correct(tx: Tx, person: Contact, new: Mapping[str, Any]) -> Contact:
    """Put personal data right; what stood before is kept, and the look-up hashes follow."""
    after = replace(person, **new)
    for name, value in new.items():
        the_id = tx.id()
        sealed = {
            column: tx.keys.seal(text, "contact_history", column, the_id)
            for column, text in (("before", str(getattr(person, name) or "")), ("after", str(value)))
        }
        row = {"id": the_id, "contact_id": person.id, "field": name, "changed_by": tx.actor, "at": tx.now}
        tx.run(history.insert(), row | sealed)
    marks = {name: mark for name, mark in hashes(tx.keys, after).items() if mark}
    return noun.amend(tx, person, "corrected", {"fields": sorted(new)}, **new, **marks)


def place(tx: Tx, person: Contact, area_code: str) -> Contact:
    """Somebody without a community gets one."""
    mark = hashes(tx.keys, replace(person, area_code=area_code))["home_hash"]
    return noun.fire(tx, person, "placed", {"area": area_code}, area_code=area_code, home_hash=mark)


_unplaced = (table.c.area_code == "", table.c.state == State.UNPLACED.value)


def next_unplaced(tx: Tx, after: str) -> Contact | None:
    """The first person without a community after an id, or None."""
    row = tx.one(noun.select.where(*_unplaced, table.c.id > after).order_by(table.c.id).limit(1))
    return None if row is None else noun.read(tx.keys, row)


def unplaced_count(tx: Tx) -> int:
    """How many wait for a community."""
    row = tx.one(sa.select(sa.func.count()).select_from(table).where(*_unplaced))
    return int(row[0])


def settle(tx: Tx, person: Contact, area_code: str) -> Contact:
    """A forward has ended: the person is pending at this community."""
    mark = hashes(tx.keys, replace(person, area_code=area_code))["home_hash"]
    return noun.fire(tx, person, "custody_settled", {"area": area_code}, area_code=area_code, home_hash=mark)


def insert_many(tx: Tx, rows: Sequence[Cells]) -> None:
    """Write new people, given as rows, and their first journal lines in bulk."""
    bulk.insert(tx.conn, table, rows)
    for row in rows:
        tx.note(f"contact:{row['id']}", 1, "listed", "", row["state"], {"list_no": row["list_no"]})


def supplement(tx: Tx, person: Contact) -> Contact:
    """Somebody missing on the lists, undecided until the CDC has spoken."""
    if person.state not in life.born:
        raise ValueError("a supplemented person is born undecided")
    bulk.insert(tx.conn, table, cells(tx.keys, [person]))
    tx.note(f"contact:{person.id}", 1, "supplemented", "", person.state, {})
    return person


def supplement_again(tx: Tx, before: Contact, again: Contact) -> Contact:
    """Somebody who was left out or withdrawn is brought once more, with what is known of them now."""
    kept = ("id", "state", "version", "created_at")
    new = {name: getattr(again, name) for name in Contact.__dataclass_fields__ if name not in kept}
    return noun.fire(tx, before, "supplemented", {}, **new, **hashes(tx.keys, again))


_known = {
    column.name: sa.select(*noun.select.selected_columns, table.c.id_hash, table.c.person_hash).where(
        column.in_(sa.bindparam("wanted", expanding=True))
    )
    for column in (table.c.phone_hash, table.c.id_hash)  # whoever bears the name and the telephone bears the telephone
}


def known(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> dict[bytes, Contact]:
    """Everyone already here whose document, or name and telephone, are those of one of these rows, by either hash."""
    asked = list(rows)
    found: dict[bytes, Contact] = {}
    people = {row["person_hash"] for row in asked}
    for name, statement in _known.items():
        wanted = [row[name] for row in asked if row[name]]
        met: Any = tx.all(statement, {"wanted": wanted}) if wanted else ()
        for row in met:
            if name == "id_hash" or row.person_hash in people:
                person = noun.read(tx.keys, row[:-2])
                found |= {mark: person for mark in (row.id_hash, row.person_hash) if mark}
    return found
