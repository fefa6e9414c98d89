"""A supplement (补充待流调人员): somebody missing on the lists, until the CDC has judged. Law: nobody undecided moves.

The person is a `Contact` born `undecided`, so that every later noun meets its state; beside it stands who brought it,
from whom it came, and the feedback already given, which is applied when the CDC has decided (DOMAIN §2.4). What a
worker has not finished is no supplement: it waits in their conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import area, contact, verification
from bot.state.base import Json, Utc, among, id_column, insert_once, metadata, one_of
from bot.state.contact import Contact
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx
from bot.state.verification import Verification


class State(StrEnum):
    """The life of a supplement; `returned` waits for its submitter, who mends or withdraws it."""

    UNDECIDED = "undecided"
    DECIDED = "decided"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"undecided": "待判定", "decided": "已判定", "returned": "退回补充", "withdrawn": "已撤回"}[self.value]


class Decision(StrEnum):
    """What the CDC can say of a supplement (DOMAIN §2.4), and `LISTED`: its own list said it first."""

    CLOSE = "close"
    SECONDARY = "secondary"
    GENERAL = "general"
    COMPANION = "companion"
    EXCLUDED = "excluded"
    LISTED = "listed"


CATEGORIES = {Decision.CLOSE: "密接", Decision.SECONDARY: "次密接", Decision.GENERAL: "一般接触者"}
"""What a decision makes of somebody in 人员类别; a companion's depends on whom they go with (`companionship`)."""

life = Life(
    "supplement",
    State,
    [
        edge("decided", State.UNDECIDED, State.DECIDED),
        edge("listed", (State.UNDECIDED, State.RETURNED), State.DECIDED),
        edge("returned", State.UNDECIDED, State.RETURNED),
        edge("corrected", (State.UNDECIDED, State.RETURNED), State.UNDECIDED),
        edge("withdrawn", (State.UNDECIDED, State.RETURNED), State.WITHDRAWN),
    ],
    born=[State.UNDECIDED],
)

table = sa.Table(
    "supplement",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("area_code", sa.String(32), nullable=False),
    sa.Column("related_id", sa.String(32), nullable=False, server_default=""),
    sa.Column("relation", sa.String(16), nullable=False, server_default=""),
    sa.Column("guardian", sa.LargeBinary, nullable=False),
    sa.Column("remark", sa.LargeBinary, nullable=False),
    sa.Column("answers", Json, nullable=False),
    sa.Column("submitted_by", sa.String(64), nullable=False),
    sa.Column("submitted_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("decision", sa.String(16), nullable=False, server_default=""),
    sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("decided_at", Utc),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    one_of("state", State),
    sa.CheckConstraint(f"decision IN ('', {', '.join(repr(one.value) for one in Decision)})", name="decision"),
)
_open = table.c.state.in_([State.UNDECIDED.value, State.RETURNED.value])
_is_open = among(table.c.state, State.UNDECIDED, State.RETURNED)
sa.Index("uq_supplement_open", table.c.contact_id, unique=True, sqlite_where=_open, postgresql_where=_open)
sa.Index("ix_supplement_area_code", table.c.area_code, table.c.state)

tasks = verification.table
kinships = sa.Table(
    "kinship",
    metadata,
    id_column(),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("related_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("relation", sa.String(16), nullable=False, server_default=""),
    sa.Column("noted_by", sa.String(64), nullable=False),
    sa.Column("noted_at", Utc, nullable=False),
    sa.UniqueConstraint("contact_id", "related_id"),
)


@dataclass(frozen=True, slots=True)
class Supplement:
    """One person brought by a worker; `guardian` (for a child), `remark` and `reason` are sealed at rest.

    `answers` are the closed answers of the feedback given with it, as a `Report` has them, with `result`; empty when
    the person is to be verified after the decision.
    """

    id: str
    state: str
    version: int
    contact_id: str
    area_code: str
    related_id: str
    relation: str
    submitted_by: str
    submitted_at: datetime
    due_at: datetime
    guardian: str = ""
    remark: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether its submitter may still correct or withdraw it."""
        return self.state in (State.UNDECIDED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Case:
    """A supplement with its person and its community."""

    supplement: Supplement
    person: Contact
    place: area.Area


noun: Noun[Supplement] = Noun(Supplement, table, life, ["guardian", "remark", "reason"])
_case = (
    sa.select(*noun.select.selected_columns, *contact.noun.select.selected_columns, *area.table.c)
    .select_from(table.join(contact.table, table.c.contact_id == contact.table.c.id))
    .join(area.table, area.table.c.code == table.c.area_code)
)
_one_case = _case.where(table.c.id == sa.bindparam("the_id")).with_for_update(of=[table, contact.table])
_open_of = noun.select.where(table.c.contact_id == sa.bindparam("person"), _is_open)
_WIDTH = len(Supplement.__dataclass_fields__)
_PERSON = _WIDTH + len(Contact.__dataclass_fields__)


def _read(tx: Tx, row: Any) -> Case:
    cells: Any = tuple(row)
    person = contact.noun.read(tx.keys, cells[_WIDTH:_PERSON])
    return Case(noun.read(tx.keys, cells[:_WIDTH]), person, area.of_row(cells[_PERSON:]))


def case(tx: Tx, the_id: str) -> Case | None:
    """The case of a supplement's id, both rows locked, or None."""
    row = tx.one(_one_case, {"the_id": the_id})
    return None if row is None else _read(tx, row)


def open_of(tx: Tx, contact_id: str) -> Supplement | None:
    """The supplement of a person that is not decided yet, or None."""
    row = tx.one(_open_of, {"person": contact_id})
    return None if row is None else noun.read(tx.keys, row)


def household(tx: Tx, here: Case) -> list[Case]:
    """The other undecided people of the same address in the same community, at most 19, the oldest first."""
    home = sa.select(contact.table.c.home_hash).where(contact.table.c.id == here.person.id).scalar_subquery()
    same = (contact.table.c.home_hash == home, contact.table.c.id != here.person.id)
    waits = (table.c.state == State.UNDECIDED.value, table.c.area_code == here.place.code)
    return [_read(tx, row) for row in tx.all(_case.where(*same, *waits).order_by(table.c.id).limit(19))]


def under(tx: Tx, paths: Sequence[str], limit: int, *, state: str = "") -> list[Case]:
    """The supplements under some area paths, what waits first and then the newest; only those of a `state`."""
    wanted = _case.where(table.c.area_code.in_(area.codes(paths)))
    if state:
        wanted = wanted.where(table.c.state == state)
    waits = sa.case((table.c.state == State.RETURNED.value, 0), (table.c.state == State.UNDECIDED.value, 1), else_=2)
    return [_read(tx, row) for row in tx.all(wanted.order_by(waits, table.c.id.desc()).limit(limit))]


def waiting(tx: Tx, paths: Sequence[str]) -> list[str]:
    """The ids of those under some area paths that the CDC has to judge, the oldest first."""
    here = (table.c.area_code.in_(area.codes(paths)), table.c.state == State.UNDECIDED.value)
    wanted = sa.select(table.c.id).where(*here)
    return [row.id for row in tx.all(wanted.order_by(table.c.id))]


def task_of(tx: Tx, contact_id: str) -> Verification | None:
    """The custody of a decided person that nobody has taken yet, or None."""
    untaken = (tasks.c.contact_id == contact_id, tasks.c.state == verification.State.OPEN.value)
    found = verification.noun.where(tx, *untaken, limit=1)
    return found[0] if found else None


def relate(tx: Tx, person: str, related: str, relation: str) -> None:
    """Somebody who is on the lists already lives with a contact: keep that, once; no second record is made."""
    once = insert_once(tx.conn.dialect.name, kinships)
    row = {"id": tx.id(), "contact_id": person, "related_id": related, "relation": relation}
    tx.run(once, row | {"noted_by": tx.actor, "noted_at": tx.now})
