"""Whether somebody is on a list already: by document, by phone, by name and address, over everybody there is.

Every way in is an index over a keyed hash, all of them are one statement, so a hundred thousand people are asked in the
time of a few rows (`bihuan bench --only sought`). A phone alone names a family, not a person: who bears another name is
only told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import contact
from bot.state.contact import Contact
from bot.state.sealed import normalise
from bot.state.unit import Tx

MOST = 50  # of one phone or of one name at one address there are few; this keeps a mistaken number from costing more


class By(StrEnum):
    """What somebody was known by."""

    DOCUMENT = "document"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Known:
    """Who was found, by what, and who else answers the same phone."""

    person: Contact | None
    by: By | None = None
    same_phone: tuple[Contact, ...] = ()


_columns = contact.table.c
_there = _columns.state != contact.State.MERGED.value  # a merged record lives on in the other one
_named = (
    contact.noun.select.where(_columns.name_hash == sa.bindparam("name"), _there)
    .where(_columns.area_code.in_(sa.bindparam("areas", expanding=True)))
    .order_by(_columns.id)
    .limit(MOST)
)
_at_home = (
    contact.noun.select.where(_columns.home_hash == sa.bindparam("home"))
    .where(_columns.state.not_in([contact.State.MERGED.value, contact.State.EXCLUDED.value]))
    .order_by(_columns.id)
    .limit(MOST)
)


def _way(by: By, *marked: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """One way in, each over its own index; a mark that is not given (NULL) finds nobody."""
    way = sa.literal_column(f"'{by.value}'", sa.String).label("way")
    wanted = sa.select(way, *contact.noun.select.selected_columns).where(*marked)
    return sa.select(wanted.order_by(_columns.id).limit(MOST).subquery())


_known = sa.union_all(
    _way(By.DOCUMENT, _columns.id_hash == sa.bindparam("number")),
    _way(By.PHONE, _columns.phone_hash == sa.bindparam("phone"), _there),
    _way(By.ADDRESS, _columns.name_hash == sa.bindparam("name"), _columns.address_hash == sa.bindparam("home"), _there),
)


def find(tx: Tx, *, name: str = "", number: str = "", phone: str = "", address: str = "") -> Known:
    """Whoever this is, as far as it is known yet; what is not given is not asked.

    Two different documents are two people, whatever else they share. Somebody without a document on either side is the
    same by name and phone, or by name and address (written in any spacing or width).
    """
    met = _met(tx, name=name, number=number, phone=phone, address=address)
    if met[By.DOCUMENT]:
        return Known(met[By.DOCUMENT][0], By.DOCUMENT)
    for one in met[By.PHONE]:
        if _same_name(one.name, name) and not (number and one.id_number):
            return Known(one, By.PHONE)
    others = tuple(one for one in met[By.PHONE] if not _same_name(one.name, name))
    here = next(iter(met[By.ADDRESS]), None)
    if here is not None and not (number and here.id_number):
        return Known(here, By.ADDRESS, others)
    return Known(None, None, others)


def _met(tx: Tx, *, name: str, number: str, phone: str, address: str) -> dict[By, list[Contact]]:
    """Whom each way in leads to, the oldest first; all of them are one question to the database."""
    given = {"number": ("id_number", number), "phone": ("phone", phone), "name": ("name", name)}
    given["home"] = ("address", address)
    marks = {way: tx.keys.look_up(kind, value) or None for way, (kind, value) in given.items()}
    met: dict[By, list[Contact]] = {way: [] for way in By}
    if marks["number"] or marks["phone"] or (marks["name"] and marks["home"]):
        for row in tx.all(_known, marks):
            cells: Any = tuple(row)
            met[By(cells[0])].append(contact.noun.read(tx.keys, cells[1:]))
    return met


_claim = sa.select(
    *(sa.func.pg_advisory_xact_lock(sa.bindparam(name, type_=sa.BigInteger)) for name in ("first", "second"))
)


def claim(tx: Tx, name: str, number: str = "") -> None:
    """Let nobody else bring a person of this name or document till the transaction ends: what is then sought is true.

    SQLite has one writer anyway. The lock is by name because a newborn may have nothing else that could be unique, and
    by document because two who bring one person may spell the name in two ways.
    """
    if tx.conn.dialect.name == "postgresql":
        marks = [tx.keys.look_up("name", name), tx.keys.look_up("id_number", number)]
        locks = sorted(int.from_bytes(mark[:8], "big", signed=True) for mark in marks if mark)
        tx.run(_claim, {"first": locks[0], "second": locks[-1]})  # in one order for everybody


def named(tx: Tx, name: str, areas: Sequence[str]) -> list[Contact]:
    """Everybody of a name in some communities, by their codes, opened."""
    mark = tx.keys.look_up("name", name)
    rows = tx.all(_named, {"name": mark, "areas": list(areas)}) if mark and areas else []
    return [contact.noun.read(tx.keys, row) for row in rows]


def at_home_of(tx: Tx, person: Contact) -> list[Contact]:
    """Everybody on the lists at a person's address in the same community, the person among them."""
    mark = contact.hashes(tx.keys, person)["home_hash"]
    rows = tx.all(_at_home, {"home": mark}) if mark else []
    return [contact.noun.read(tx.keys, row) for row in rows]


def _same_name(one: str, other: str) -> bool:
    return bool(other) and normalise(one) == normalise(other)
