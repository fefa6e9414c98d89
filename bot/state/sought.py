"""Whether somebody is on a list already: by document, by phone, by name and address, over everybody there is.

Every way in is an index over a keyed hash, so a hundred thousand people are asked in the time of a few rows
(`bihuan bench --only sought`). A phone alone names a family, not a person: who bears another name is only told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
_by_phone = contact.noun.select.where(_columns.phone_hash == sa.bindparam("mark"), _there)
_by_phone = _by_phone.order_by(_columns.id).limit(MOST)
_by_name = contact.noun.select.where(_columns.name_hash == sa.bindparam("mark"), _there)
_at_home = _by_name.where(_columns.address_hash == sa.bindparam("home")).order_by(_columns.id).limit(1)


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


def named(tx: Tx, name: str, areas: Sequence[str]) -> list[Contact]:
    """Everybody of a name in some communities, by their codes, opened."""
    mark = tx.keys.look_up("name", name)
    wanted = _by_name.where(_columns.area_code.in_(list(areas))).order_by(_columns.id).limit(MOST)
    return [contact.noun.read(tx.keys, row) for row in tx.all(wanted, {"mark": mark})] if mark else []


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
    """The bearer of the name who lives at the address, or None."""
    mark, home = tx.keys.look_up("name", name), tx.keys.look_up("address", address)
    row = tx.one(_at_home, {"mark": mark, "home": home}) if mark and home else None
    return None if row is None else contact.noun.read(tx.keys, row)


def _same_name(one: str, other: str) -> bool:
    return bool(other) and normalise(one) == normalise(other)
