"""A dry run of rule packs: whom another set of packs would treat otherwise, and in what. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.state import contact, home, waiting
from bot.state.contact import Contact, State
from bot.state.rules import Rules, day
from bot.state.unit import Tx

_ENDED = (State.MERGED, State.EXCLUDED, State.ARRIVED)


@dataclass(frozen=True, slots=True)
class Change:
    """What would be otherwise for one person: pack names, transport classes, last days at home, as (before, after)."""

    contact_id: str
    name: str
    area_code: str
    packs: tuple[str, str]
    classes: tuple[str, str] | None
    release: tuple[date | None, date | None] | None


def people(tx: Tx, before: Rules, after: Rules) -> Iterator[Change]:
    """Everybody on the road whom the packs of their day of determination would treat otherwise."""
    for person in contact.noun.where(tx, contact.table.c.state.not_in(_ENDED), order=contact.table.c.id):
        classes = (_class(before, person), _class(after, person))
        release = (_release(tx, before, person), _release(tx, after, person))
        if classes[0] != classes[1] or release[0] != release[1]:
            yield Change(
                person.id, person.name, person.area_code,
                (before.at(person.created_at).name, after.at(person.created_at).name),
                classes if classes[0] != classes[1] else None, release if release[0] != release[1] else None,
            )  # fmt: skip


def deadlines(tx: Tx, before: Rules, after: Rules) -> dict[str, int]:
    """How many steps that wait now would have another deadline, by step."""
    table, changed = waiting.table, Counter[str]()
    wanted = sa.select(table.c.step, table.c.day, sa.func.count()).where(table.c.ended_at.is_(None))
    rows: Sequence[Any] = tx.all(wanted.group_by(table.c.step, table.c.day))
    for step, on, count in rows:
        if before.on(on).deadline(step) != after.on(on).deadline(step):
            changed[step] += count
    return dict(sorted(changed.items()))


def _class(rules: Rules, person: Contact) -> str:
    return rules.at(person.created_at).categories.get(person.category, "")


def _release(tx: Tx, rules: Rules, person: Contact) -> date | None:
    """The last day at home; None for who is not there."""
    return home.stay(rules, person, day(tx.now)).release if person.state == State.AT_HOME else None
