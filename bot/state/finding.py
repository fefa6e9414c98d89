"""Finding households by what is typed at the counter. Law: nobody is found outside the paths of who asks.

Names, addresses and telephone numbers are sealed at rest; jurisdiction bounds the set to a few communities, so their
ready people are opened and compared in memory, an address once a household (docs/decisions: finding under seals).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.state import contact, doors, recipient
from bot.state.rules import Rules
from bot.state.unit import Tx

_table = contact.table
_columns = [
    _table.c[name] for name in ("id", "state", "category", "created_at", "home_hash", "name", "phone", "address")
]


@dataclass(slots=True)
class Home:
    """A household with somebody ready in it: its key, and how many are still without a kit, as far as states tell."""

    key: str
    waiting: int = 0
    members: list[Any] = field(default_factory=list)


def homes(tx: Tx, rules: Rules, paths: Sequence[str], kind: str, what: str) -> list[str]:
    """The keys of the households of a class (`close`, `other`) that are meant, those with somebody waiting first.

    An empty question means all of them.
    """
    found = _grouped(tx, rules, paths, kind)
    asked = doors.read(what)
    if what.strip():
        found = [home for home in found if _meant(tx, asked, home)]
    return [home.key for home in sorted(found, key=lambda home: (home.waiting == 0, home.members[0].id))]


def _grouped(tx: Tx, rules: Rules, paths: Sequence[str], kind: str) -> list[Home]:
    ready = [state.value for state in recipient.READY]
    wanted = sa.select(*_columns).where(recipient.inside(paths), _table.c.state.in_(ready)).order_by(_table.c.id)
    grouped: dict[str, Home] = {}
    for row in tx.all(wanted):
        if rules.at(row.created_at).categories.get(row.category, recipient.CLOSE) == kind:
            home = grouped.setdefault(recipient.home_of(row.id, row.home_hash), Home(""))
            home.key = recipient.home_of(row.id, row.home_hash)
            home.waiting += row.state != contact.State.ISSUED
            home.members.append(row)
    return list(grouped.values())


def _meant(tx: Tx, asked: doors.Spoken, home: Home) -> bool:
    """Open no more than the question needs: the address once, names for words, telephones for long numbers."""
    if not asked.words and not asked.doors:
        return False
    address = doors.read(_open(tx, home.members[0], "address"))
    if doors.matches(asked, address):
        return True
    names = [_open(tx, row, "name") for row in home.members] if doors.could_be_a_name(asked) else []
    phones = [_open(tx, row, "phone") for row in home.members] if doors.could_be_a_tail(asked) else []
    return bool(names or phones) and doors.matches(asked, address, names, phones)


def _open(tx: Tx, row: Any, column: str) -> str:
    return tx.keys.open(getattr(row, column), "contact", column, row.id)
