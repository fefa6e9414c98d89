"""Who knocks: the member, what their words belong to and the card they pressed, asked of the database at once.

A tap is a dozen questions to the database, and each costs as much as the work between them: what is known at the door
is asked in one (docs/performance.md).
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.state import conversation, staff
from bot.state.conversation import Card
from bot.state.staff import Staff
from bot.state.unit import Tx

_talk, _card = conversation.table, conversation.cards
_AT = [_talk.c.flow, _talk.c.ref, _talk.c.step, _talk.c.turn]
_PRESSED = [_card.c[name] for name in conversation.CARD]
_met = (
    sa.select(*staff.COLUMNS, *_AT, *_PRESSED)
    .select_from(
        staff.table.outerjoin(staff.grants)
        .outerjoin(_talk, _talk.c.id == staff.table.c.focus)
        .outerjoin(_card, _card.c.id == sa.bindparam("task_id"))
    )
    .where(staff.table.c.id == sa.bindparam("the_id"))
)


@dataclass(frozen=True, slots=True)
class Caller:
    """`at`: flow, ref, step, turn of the conversation in the member's focus, or None. `card`: the one pressed, or None.

    Both as they stood before the conversation was locked: the card's turn tells whether it is still the same.
    """

    member: Staff
    at: tuple[str, str, str, int] | None
    card: Card | None


def meet(tx: Tx, userid: str, task_id: str = "") -> Caller | None:
    """The member of a WeCom userid with what they are in the middle of; None for a stranger."""
    rows = tx.all(_met, {"the_id": userid.lower(), "task_id": task_id})
    if not rows:
        return None
    width = len(staff.COLUMNS)
    flow, ref, step, turn = rows[0][width : width + 4]
    pressed = rows[0][width + 4 :]
    card = conversation.open_card(tx, pressed) if pressed[0] else None
    return Caller(staff.made([row[:width] for row in rows]), (flow, ref, step, turn) if flow else None, card)
