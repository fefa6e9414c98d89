"""Whether somebody is on a list already: by document, by phone, by name and address, over everybody there is.

Every way in is an index over a keyed hash, so a hundred thousand people are asked in the time of a few rows
(`bihuan bench --only sought`). A phone alone names a family, not a person: who bears another name is only told of.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import contact
from bot.state.contact import Contact
from bot.state.sealed import normalise
from bot.state.unit import Tx

MOST = 50  # of one phone or of one name at one address there are few; this keeps a mistaken number from costing more
NAMESAKES = 2_000
"""How many bearers of one name are looked at: in 100,000 people the commonest name has some hundred."""


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
_by_phone = contact.noun.select.where(_columns.phone_hash == sa.bindparam("mark"), _there)
_by_phone = _by_phone.order_by(_columns.id).limit(MOST)
_namesakes = sa.select(_columns.id, _columns.address).where(_columns.name_hash == sa.bindparam("mark"), _there)
_namesakes = _namesakes.order_by(_columns.id).limit(NAMESAKES)


def find(tx: Tx, *, name: str = "", number: str = "", phone: str = "", address: str = "") -> Known:
    """Whoever this is, as far as it is known yet; what is not given is not asked.

    Two different documents are two people, whatever else they share. Somebody without a document on either side is the
    same by name and phone, or by name and address (written in any spacing or width).
    """
    if number and (here := contact.by_number(tx, number)) is not None:
        return Known(here, By.DOCUMENT)
    family = _at_phone(tx, phone)
    for one in family:
        if _same_name(one.name, name) and not (number and one.id_number):
            return Known(one, By.PHONE)
    others = tuple(one for one in family if not _same_name(one.name, name))
    here = _at_address(tx, name, address)
    if here is not None and not (number and here.id_number):
        return Known(here, By.ADDRESS, others)
    return Known(None, None, others)


def claim(tx: Tx, name: str) -> None:
    """Let nobody else bring a person of this name until the transaction ends: what is then sought is the truth.

    SQLite has one writer anyway. The lock is by name because a newborn may have nothing else that could be unique.
    """
    if tx.conn.dialect.name == "postgresql":
        number = int.from_bytes(tx.keys.look_up("name", name)[:8], "big", signed=True)
        tx.run(sa.select(sa.func.pg_advisory_xact_lock(number)))


def named(tx: Tx, name: str, limit: int = MOST) -> list[Contact]:
    """Everybody of a name, opened."""
    mark = tx.keys.look_up("name", name)
    rows = tx.all(contact.noun.select.where(_columns.name_hash == mark, _there).limit(limit)) if mark else []
    return [contact.noun.read(tx.keys, row) for row in rows]


def at_home_of(tx: Tx, person: Contact) -> list[Contact]:
    """Everybody on the lists at a person's address in the same community, the person among them."""
    mark = contact.hashes(tx.keys, person)["home_hash"]
    gone = (contact.State.MERGED.value, contact.State.EXCLUDED.value)
    same = contact.noun.select.where(_columns.home_hash == mark, _columns.state.not_in(gone))
    rows = tx.all(same.order_by(_columns.id).limit(MOST)) if mark else []
    return [contact.noun.read(tx.keys, row) for row in rows]


def _at_phone(tx: Tx, phone: str) -> list[Contact]:
    mark = tx.keys.look_up("phone", phone)
    rows = tx.all(_by_phone, {"mark": mark}) if mark else []
    return [contact.noun.read(tx.keys, row) for row in rows]


def _at_address(tx: Tx, name: str, address: str) -> Contact | None:
    """The bearer of the name who lives at the address, or None: only addresses are opened to find them."""
    mark, wanted = tx.keys.look_up("name", name), normalise(address)
    if not mark or not wanted:
        return None
    rows: Any = tx.all(_namesakes, {"mark": mark})
    for row in rows:
        if normalise(tx.keys.open(row.address, "contact", "address", row.id)) == wanted:
            return contact.noun.find(tx, row.id)
    return None


def _same_name(one: str, other: str) -> bool:
    return bool(other) and normalise(one) == normalise(other)
