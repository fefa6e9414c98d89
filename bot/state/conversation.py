"""Conversations and the cards shown in them. Law: a conversation is one row, locked before it is loaded.

`turn` counts meanings (a question asked, a step taken); `version` counts writes. Every button carries the turn it was
drawn in, so a card of an earlier turn can be recognised and answered kindly. Of all cards of one conversation that lie
on one person's phone at most one is live (I-13).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.state import bulk, staff
from bot.state.base import Json, Utc, insert_once, metadata
from bot.state.unit import Tx

table = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("flow", sa.String(32), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("holder", sa.String(64), nullable=False, server_default=""),
    sa.Column("held_at", Utc),
    sa.Column("draft", sa.LargeBinary, nullable=False),
    sa.Column("facts", Json, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.UniqueConstraint("flow", "ref"),
)
cards = sa.Table(
    "card",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # the task_id: never used twice (WECOM §3.5)
    sa.Column("conversation", sa.String(32), nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),
    sa.Column("slot", sa.String(16), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("code", sa.LargeBinary, nullable=False),
    sa.Column("code_at", Utc),
    sa.Column("msgid", sa.String(128), nullable=False, server_default=""),
    sa.Column("sent_at", Utc),
    sa.Column("opened_at", Utc),
    sa.Column("closed_at", Utc),
    sa.Column("made_at", Utc, nullable=False),
)
_open = cards.c.closed_at.is_(None)
sa.Index("ix_card_conversation", cards.c.conversation)
sa.Index(
    "uq_card_live",
    cards.c.conversation,
    cards.c.recipient,
    cards.c.slot,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
sa.Index("ix_card_recipient", cards.c.recipient, cards.c.slot, sqlite_where=_open, postgresql_where=_open)


@dataclass(slots=True)
class Conversation:
    """One talk about one thing; `draft` is sealed at rest, `facts` holds nothing personal."""

    id: str
    flow: str
    ref: str
    step: str
    turn: int
    version: int
    holder: str
    held_at: datetime | None
    draft: dict[str, Any]
    facts: dict[str, Any]
    updated_at: datetime
    fresh: bool = False  # begun by this transaction: nothing can lie on a phone yet


@dataclass(frozen=True, slots=True)
class Card:
    """One card on one phone; `code` is the newest unused response code, or empty."""

    id: str
    conversation: str
    recipient: str
    slot: str
    turn: int
    body: str
    code: str
    sent_at: datetime | None
    closed_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether it may still be pressed."""
        return self.closed_at is None


_NAMES = ("id", "flow", "ref", "step", "turn", "version", "holder", "held_at", "draft", "facts", "updated_at")
_select = sa.select(*[table.c[name] for name in _NAMES])
_by_ref = _select.where(table.c.flow == sa.bindparam("f"), table.c.ref == sa.bindparam("r")).with_for_update()
_save = table.update().where(table.c.id == sa.bindparam("the_id"), table.c.version == sa.bindparam("was"))


@cache
def _begin(dialect: str) -> Any:
    """Insert where there is none; gives the id only if it did."""
    return insert_once(dialect, table).returning(table.c.id)


def _read(tx: Tx, row: sa.Row[Any]) -> Conversation:
    """Open the draft of a selected row."""
    values = dict(zip(_NAMES, row, strict=True))
    plain = tx.keys.open(values["draft"], "conversation", "draft", values["id"])
    return Conversation(**(values | {"draft": json.loads(plain) if plain else {}, "facts": dict(values["facts"])}))


def lock(tx: Tx, flow: str, ref: str, first_step: str) -> Conversation:
    """The conversation about `ref`, begun if it was not there, locked until the transaction ends."""
    params = {"f": flow, "r": ref}
    row = tx.one(_by_ref, params)
    if row is None:
        the_id = tx.id()
        values = {"id": the_id, "flow": flow, "ref": ref, "step": first_step, "turn": 1, "version": 1}
        values |= {"draft": b"", "facts": {}, "updated_at": tx.now}
        if tx.one(_begin(tx.conn.dialect.name), values) is not None:
            return Conversation(the_id, flow, ref, first_step, 1, 1, "", None, {}, {}, tx.now, fresh=True)
        row = tx.one(_by_ref, params)  # somebody else has begun it in between
    return _read(tx, row)


def save(tx: Tx, talk: Conversation) -> None:
    """Write the conversation back; its row has been locked since it was loaded."""
    draft = json.dumps(talk.draft, ensure_ascii=False) if talk.draft else ""
    changes = {name: getattr(talk, name) for name in ("step", "turn", "holder", "held_at", "facts")}
    changes |= {"draft": tx.keys.seal(draft, "conversation", "draft", talk.id), "version": talk.version + 1}
    tx.run(_save, changes | {"the_id": talk.id, "was": talk.version, "updated_at": tx.now})
    talk.version += 1


CARD = ("id", "conversation", "recipient", "slot", "turn", "body", "code", "sent_at", "closed_at")
_card_select = sa.select(*[cards.c[name] for name in CARD])
_card_by_id = _card_select.where(cards.c.id == sa.bindparam("the_id"))
_live = _card_select.where(cards.c.conversation == sa.bindparam("talk"), _open).order_by(cards.c.id)


def open_card(tx: Tx, row: Sequence[Any]) -> Card:
    """A card from a row of the columns `CARD`, its seals opened."""
    values = dict(zip(CARD, row, strict=True))
    for name in ("body", "code"):
        values[name] = tx.keys.open(values[name], "card", name, values["id"])
    return Card(**values)


def card(tx: Tx, the_id: str) -> Card | None:
    """A card by its task_id, or None (a forged or purged one)."""
    row = tx.one(_card_by_id, {"the_id": the_id})
    return None if row is None else open_card(tx, row)


def live_cards(tx: Tx, conversation: str) -> list[Card]:
    """Every card of the conversation that can still be pressed, on whosever phone."""
    return [open_card(tx, row) for row in tx.all(_live, {"talk": conversation})]


_asks = sa.select(cards.c.id).where(
    cards.c.conversation == sa.bindparam("talk"),
    cards.c.recipient == sa.bindparam("who"),
    cards.c.turn == sa.select(table.c.turn).where(table.c.id == sa.bindparam("talk")).scalar_subquery(),
    _open,
)


def asks_by_card(tx: Tx, the_id: str, recipient: str) -> bool:
    """Whether what the conversation asks a member now lies on a card of theirs; else it waits for their words."""
    return tx.one(_asks.limit(1), {"talk": the_id, "who": recipient}) is not None


def add_card(tx: Tx, talk: Conversation, recipient: str, slot: str, turn: int, body: str) -> str:
    """Remember a card that will be sent; its new task_id."""
    the_id = tx.id()
    values = {"id": the_id, "conversation": talk.id, "recipient": recipient, "slot": slot, "turn": turn}
    sealed = {"body": tx.keys.seal(body, "card", "body", the_id), "code": b""}
    bulk.insert(tx.conn, cards, [values | sealed | {"made_at": tx.now}])
    return the_id


def add_cards(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember cards that will be sent, as the rows of their table."""
    bulk.insert(tx.conn, cards, rows)


_spent = cards.update().where(cards.c.id == sa.bindparam("the_id")).values(code=b"")


def code_used(tx: Tx, the_id: str, code: str) -> None:
    """A response code has been spent; a newer one that has come meanwhile stays."""
    now = card(tx, the_id)
    if now is not None and now.code == code:
        tx.run(_spent, {"the_id": the_id})


_sent = cards.update().where(cards.c.id == sa.bindparam("the_id"))
_first_code = _sent.where(cards.c.code_at.is_(None))


def mark_sent(tx: Tx, the_id: str, msgid: str, code: str) -> None:
    """WeCom has taken the card; keep its message id for a recall and, if no click brought a newer one, its code."""
    tx.run(_sent, {"the_id": the_id, "msgid": msgid[:128], "sent_at": tx.now})
    if code:
        box = tx.keys.seal(code, "card", "code", the_id)
        tx.run(_first_code, {"the_id": the_id, "code": box, "code_at": tx.now})


_count = sa.select(sa.func.count()).where(
    cards.c.recipient == sa.bindparam("who"), cards.c.slot == sa.bindparam("kind"), _open
)


def open_count(tx: Tx, recipient: str, slot: str) -> int:
    """How many live cards of a kind lie on a person's phone."""
    row = tx.one(_count, {"who": recipient, "kind": slot})
    return int(row[0]) if row else 0


_here = sa.select(staff.table.c.id).where(staff.table.c.active)
_abandoned = sa.select(table.c.ref).where(
    table.c.flow == sa.bindparam("f"), table.c.step != sa.bindparam("end"), table.c.holder != ""
)
_abandoned = _abandoned.where(table.c.holder.not_in(_here)).order_by(table.c.ref)


def abandoned(tx: Tx, flow: str, end: str) -> list[str]:
    """What the conversations of a flow are about whose holder has left, but for those that are at their `end`."""
    return [row.ref for row in tx.all(_abandoned, {"f": flow, "end": end})]


_counts = (
    sa.select(cards.c.recipient, sa.func.count().label("laid"))
    .where(cards.c.recipient.in_(sa.bindparam("people", expanding=True)), cards.c.slot == sa.bindparam("kind"), _open)
    .group_by(cards.c.recipient)
)


def open_counts(tx: Tx, recipients: Iterable[str], slot: str) -> dict[str, int]:
    """How many live cards of a kind lie on each of these people's phones."""
    asked = list(recipients)
    rows = tx.all(_counts, {"people": asked, "kind": slot}) if asked else ()
    return dict.fromkeys(asked, 0) | {row.recipient: int(row.laid) for row in rows}


_holders = (
    sa.select(table.c.ref, cards.c.recipient)
    .join(cards, cards.c.conversation == table.c.id)
    .where(table.c.flow == sa.bindparam("f"), table.c.ref.in_(sa.bindparam("refs", expanding=True)))
    .where(cards.c.slot == sa.bindparam("kind"), _open)
)


def holders_of(tx: Tx, flow: str, refs: Iterable[str], slot: str) -> dict[str, set[str]]:
    """On whose phones each conversation of `refs` has a live card of a kind."""
    found: dict[str, set[str]] = {}
    for row in tx.all(_holders, {"f": flow, "refs": list(refs), "kind": slot}):
        found.setdefault(row.ref, set()).add(row.recipient)
    return found
