"""A companionship (陪护申请): who needs care, why, and who goes along. Law: one companion for one ward, as CDC agrees.

A companion travels and is housed with the one cared for: whoever seats or houses people asks `together`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import area, contact, identity
from bot.state.base import Json, Utc, among, id_column, metadata, one_of
from bot.state.contact import Contact
from bot.state.machine import Life, edge
from bot.state.rules import Pack
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a request."""

    REQUESTED = "requested"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return LABELS[self]


LABELS = {
    State.REQUESTED: "待判定",
    State.AGREED: "已同意陪护",
    State.REFUSED: "未同意陪护",
    State.WITHDRAWN: "已撤回",
    State.ENDED: "已结束",
}
life = Life(
    "companionship",
    State,
    [
        edge("agreed", State.REQUESTED, State.AGREED),
        edge("refused", State.REQUESTED, State.REFUSED),
        edge("withdrawn", State.REQUESTED, State.WITHDRAWN),
        edge("ended", State.AGREED, State.ENDED),
    ],
    born=[State.REQUESTED],
)
table = sa.Table(
    "companionship",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("ward_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("companion_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("area_code", sa.String(32), nullable=False),
    sa.Column("why", sa.String(32), nullable=False),
    sa.Column("warnings", Json, nullable=False),
    sa.Column("requested_by", sa.String(64), nullable=False),
    sa.Column("requested_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("decided_at", Utc),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    one_of("state", State),
    sa.CheckConstraint("ward_id <> companion_id", name="two_people"),
)
_stands = table.c.state.in_([State.REQUESTED.value, State.AGREED.value])
_standing = among(table.c.state, State.REQUESTED, State.AGREED)
for _column in (table.c.ward_id, table.c.companion_id):
    sa.Index(
        f"uq_companionship_{_column.name.removesuffix('_id')}", _column, unique=True,
        sqlite_where=_stands, postgresql_where=_stands,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Companionship:
    """One request; `why` is a category of the rule pack, `warnings` name what speaks against the companion."""

    id: str
    state: str
    version: int
    ward_id: str
    companion_id: str
    area_code: str
    why: str
    warnings: list[str]
    requested_by: str
    requested_at: datetime
    due_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A request with both people and the community that asks."""

    request: Companionship
    ward: Contact
    companion: Contact
    place: area.Area


noun: Noun[Companionship] = Noun(Companionship, table, life, ["reason"])
_ward, _companion = contact.table.alias("ward"), contact.table.alias("companion")
_people = [[alias.c[name] for name in Contact.__dataclass_fields__] for alias in (_ward, _companion)]
_one_case = (
    sa.select(*noun.select.selected_columns, *_people[0], *_people[1], *area.table.c)
    .select_from(table.join(_ward, _ward.c.id == table.c.ward_id))
    .join(_companion, _companion.c.id == table.c.companion_id)
    .join(area.table, area.table.c.code == table.c.area_code)
    .where(table.c.id == sa.bindparam("the_id"))
    .with_for_update(of=table)
)
_WARD = len(Companionship.__dataclass_fields__)
_COMPANION = _WARD + len(Contact.__dataclass_fields__)
_PLACE = _COMPANION + len(Contact.__dataclass_fields__)


_of_people = noun.select.where(
    _standing,
    sa.or_(*(column.in_(sa.bindparam("people", expanding=True)) for column in (table.c.ward_id, table.c.companion_id))),
).order_by(table.c.id)
_as_companion = noun.select.where(
    table.c.companion_id == sa.bindparam("companion"), table.c.state == State.REQUESTED.value, _standing
).limit(1)


def case(tx: Tx, the_id: str) -> Case | None:
    """The case of a request's id, its row locked, or None."""
    row = tx.one(_one_case, {"the_id": the_id})
    if row is None:
        return None
    cells: Any = tuple(row)
    ward, companion = (contact.noun.read(tx.keys, cells[at : at + _COMPANION - _WARD]) for at in (_WARD, _COMPANION))
    return Case(noun.read(tx.keys, cells[:_WARD]), ward, companion, area.of_row(cells[_PLACE:]))


def standing(tx: Tx, *people: str) -> list[Companionship]:
    """The requests that wait or are agreed in which one of these people cares or is cared for."""
    return [noun.read(tx.keys, row) for row in tx.all(_of_people, {"people": list(people)})]


def requested_as_companion(tx: Tx, contact_id: str) -> Companionship | None:
    """The request in which this person would go along, not decided yet, or None."""
    row = tx.one(_as_companion, {"companion": contact_id})
    return None if row is None else noun.read(tx.keys, row)


def together(tx: Tx, contact_ids: Collection[str]) -> dict[str, str]:
    """Of these people, each agreed companion with the one they travel and are housed with: {companion id: ward id}."""
    agreed = sa.select(table.c.companion_id, table.c.ward_id).where(table.c.state == State.AGREED.value)
    rows = tx.all(agreed.where(_standing, table.c.companion_id.in_(list(contact_ids)))) if contact_ids else []
    return {row.companion_id: row.ward_id for row in rows}


CLOSE, OTHER = "密接陪护", "非密接陪护"


def category(ward: Contact, pack: Pack) -> str:
    """人员类别 of a companion who is no contact themselves: it puts them into the class of vehicle of their ward."""
    return CLOSE if pack.categories.get(ward.category) == "close" else OTHER


# ── what the rule pack says of it ─────────────────────────────────────────────────────────────────────────────────────


def reasons(pack: Pack) -> Sequence[str]:
    """Why somebody may need care (`[companion] reasons`)."""
    found: Sequence[str] = pack.tables["companion"]["reasons"]
    return found


def is_child(pack: Pack, number: str, kind: str, on: date) -> bool:
    """Whether somebody is a child by their document: too young by the number, or known by a birth certificate alone."""
    if kind == identity.RESIDENT and number:
        return identity.age(number, on) <= int(pack.tables["companion"]["child_age"])
    return kind == identity.BIRTH


def warnings(pack: Pack, number: str, kind: str, note: str, on: date) -> list[str]:
    """What speaks against somebody as a companion (DOMAIN §2.2.9): 60 or older, or an illness the pack names."""
    rules: Mapping[str, object] = pack.tables["companion"]
    limit = int(str(rules["warn_age"]))
    found = []
    if kind == identity.RESIDENT and number and identity.age(number, on) >= limit:
        found.append(f"{limit}岁及以上")
    illnesses = rules["illnesses"]
    named = [one for one in illnesses if one in note] if isinstance(illnesses, list) else []
    return found + ([f"基础疾病：{'、'.join(named[:3])}"] if named else [])
