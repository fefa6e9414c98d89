"""What a wait is about: the person behind the step, for whoever has to name it in a line."""

from collections.abc import Iterable

import sqlalchemy as sa

from bot.state import contact, forward, offline_duty, verification
from bot.state.contact import Contact
from bot.state.unit import Tx

_task, _duty, _offer, _person = verification.table, offline_duty.table, forward.table, contact.table
_refs: sa.BindParameter[list[str]] = sa.bindparam("refs", expanding=True)
_of_task = sa.select(_task.c.id.label("ref"), _task.c.contact_id).where(_task.c.id.in_(_refs))
_of_duty = sa.select(_duty.c.id, _task.c.contact_id).join(_task, _task.c.id == _duty.c.verification_id)
_of_offer = sa.select(_offer.c.id, _offer.c.contact_id).where(_offer.c.id.in_(_refs))
_themselves = sa.select(_person.c.id, _person.c.id).where(_person.c.id.in_(_refs))
_behind = sa.union_all(_of_task, _of_duty.where(_duty.c.id.in_(_refs)), _of_offer, _themselves)


def people(tx: Tx, refs: Iterable[str]) -> dict[str, Contact]:
    """The person behind each `ref` of a wait that is about one person; two statements, however many there are."""
    asked = list(refs)
    who = {row.ref: row.contact_id for row in tx.all(_behind, {"refs": asked})} if asked else {}
    found = contact.noun.where(tx, _person.c.id.in_({*who.values()})) if who else []
    by_id = {person.id: person for person in found}
    return {ref: by_id[the_id] for ref, the_id in who.items()}
