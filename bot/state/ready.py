"""Who is ready to be moved: 待转运 and willing, or 已发放, with class, needs and household. Read only.

Law: 劝导中 and 拒绝 are not ready (DOMAIN §2.2.6), and neither is anybody who stands on an open notice already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bot.state import companionship, contact, reports, verification
from bot.state.contact import Contact
from bot.state.rules import Rules
from bot.state.unit import Tx
from bot.state.vehicle import Class

WILLING = "yes"
WAITS = (contact.State.AWAITING_TRANSPORT, contact.State.ISSUED)


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person who may be moved; `home` is the same for all of a household, `needs` as the feedback has them."""

    person: Contact
    home: str
    travel_class: str
    needs: tuple[str, ...]

    @property
    def id(self) -> str:
        """The contact's id."""
        return self.person.id


def under(tx: Tx, rules: Rules, codes: Sequence[str]) -> list[Traveller]:
    """Everybody ready in these communities, in the order of the lists."""
    here = contact.table.c.area_code.in_(codes), contact.table.c.state.in_([state.value for state in WAITS])
    return _travellers(tx, rules, *here)


def again(tx: Tx, rules: Rules, ids: Iterable[str], *, lock: bool = False) -> list[Traveller]:
    """Those of these people who are ready still, or again; `lock` holds their rows in the order all keep: by id."""
    here = contact.table.c.id.in_(list(ids)), contact.table.c.state.in_([state.value for state in WAITS])
    return _travellers(tx, rules, *here, lock=lock)


def waiting_unwilling(tx: Tx, rules: Rules, codes: Sequence[str]) -> int:
    """How many wait for transport in these communities who may not be listed yet."""
    waits = sa.select(sa.func.count()).select_from(contact.table)
    waits = waits.where(contact.table.c.area_code.in_(codes), contact.table.c.state.in_([one.value for one in WAITS]))
    return int(tx.one(waits)[0]) - len(under(tx, rules, codes))


def class_of(rules: Rules, person: Contact) -> str:
    """密接 or not, by the pack of the day of determination; a category no pack knows rides with the 密接."""
    return rules.at(person.created_at).categories.get(person.category, Class.CLOSE.value)


def needs(answers: Mapping[str, Any]) -> str:
    """What a feedback says somebody needs besides a seat, as a comma list as long as a place on a notice keeps."""
    said = str(answers.get("needs", "")).split(",")
    return ",".join(need for need in said if need not in ("", "none"))[:64]


def homes(people: Iterable[Traveller], most: int) -> list[list[Traveller]]:
    """Those people by household, in the order in which they came; a household beyond `most` in parts."""
    found: dict[str, list[Traveller]] = {}
    for one in people:
        found.setdefault(one.home, []).append(one)
    return [own[at : at + most] for own in found.values() for at in range(0, len(own), most)]


def _travellers(tx: Tx, rules: Rules, *conditions: sa.ColumnElement[bool], lock: bool = False) -> list[Traveller]:
    columns = (*contact.noun.select.selected_columns, contact.table.c.home_hash)
    asked = sa.select(*columns).where(*conditions).order_by(contact.table.c.id)
    rows: Any = tx.all(asked.with_for_update() if lock else asked)
    said = _answers(tx, *conditions)
    found = []
    for row in rows:
        person, answers = contact.noun.read(tx.keys, row[:-1]), said.get(row.id, {})
        unsaid = WILLING if person.state == contact.State.ISSUED else ""
        if answers.get("willing", unsaid) == WILLING:
            home = row.home_hash.hex() if row.home_hash else person.id
            wanted = tuple(filter(None, needs(answers).split(",")))
            found.append(Traveller(person, home, class_of(rules, person), wanted))
    return _with_their_wards(tx, found)


def _with_their_wards(tx: Tx, people: list[Traveller]) -> list[Traveller]:
    """Companions ride where those ride whom they care for: in the same household, in the same class."""
    wards = companionship.together(tx, [one.id for one in people])
    known = {one.id: one for one in people}
    return [
        replace(one, home=ward.home, travel_class=ward.travel_class)
        if (ward := known.get(wards.get(one.id, ""))) is not None
        else one
        for one in people
    ]


def _answers(tx: Tx, *conditions: sa.ColumnElement[bool]) -> dict[str, dict[str, Any]]:
    """What was answered in the feedback that stands, by contact."""
    report, task = reports.table, verification.table
    wanted = sa.select(task.c.contact_id, report.c.answers).select_from(
        report.join(task, task.c.id == report.c.verification_id).join(
            contact.table, contact.table.c.id == task.c.contact_id
        )
    )
    rows = tx.all(wanted.where(*conditions, report.c.undone_at.is_(None)).order_by(report.c.reported_at, report.c.n))
    return {row.contact_id: dict(row.answers) for row in rows}
