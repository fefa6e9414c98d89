"""The menu that was last sent to a member who reads cards as text: which card, and how far they have answered it.

Law: one menu a member; the next one takes its place. It holds no question of its own: a card asks, and its keys answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.state import conversation
from bot.state.base import Json, Utc, metadata
from bot.state.conversation import Card
from bot.state.unit import Tx

table = sa.Table(
    "menu",
    metadata,
    sa.Column("staff_id", sa.String(64), primary_key=True),
    sa.Column("card", sa.String(32), nullable=False),
    sa.Column("answers", Json, nullable=False),
    sa.Column("sent_at", Utc, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Menu:
    """A card lying on somebody's phone as text; `answers` are the option ids chosen so far, by question key."""

    card: Card
    answers: Mapping[str, tuple[str, ...]]


_mine = table.c.staff_id == sa.bindparam("who")
_last = (
    sa.select(table.c.answers, *[conversation.cards.c[name] for name in conversation.CARD])
    .select_from(table.join(conversation.cards, conversation.cards.c.id == table.c.card))
    .where(_mine)
)
_answer = table.update().where(_mine).values(answers=sa.bindparam("to", type_=Json))


@cache
def _lay(dialect: str) -> Any:
    """Insert, or put the new menu in the place of the old one."""
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    taken = {name: insert.excluded[name] for name in ("card", "answers", "sent_at")}
    return insert.on_conflict_do_update(index_elements=["staff_id"], set_=taken)


def lay(tx: Tx, who: str, card: str) -> None:
    """A card has been sent to a member as text: their numbers answer it from now on."""
    tx.run(_lay(tx.conn.dialect.name), {"staff_id": who, "card": card, "answers": {}, "sent_at": tx.now})


def last(tx: Tx, who: str) -> Menu | None:
    """The menu sent to a member last, or None."""
    row = tx.one(_last, {"who": who})
    if row is None:
        return None
    answers = {question: tuple(ids) for question, ids in row.answers.items()}
    return Menu(conversation.open_card(tx, row[1:]), answers)


def answer(tx: Tx, who: str, answers: Mapping[str, tuple[str, ...]]) -> None:
    """Keep what a member has answered of their menu so far."""
    tx.run(_answer, {"who": who, "to": {question: list(ids) for question, ids in answers.items()}})
