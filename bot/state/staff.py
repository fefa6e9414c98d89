"""Staff and their grants: who a person is to the house. Law: rights are read at the moment of the deed.

Who serves a place is whoever is on duty there: on a shift, or without any, where no roster speaks of the place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import area, shift
from bot.state.base import metadata, one_of
from bot.state.unit import Tx


class Role(StrEnum):
    """The roles of DOMAIN §1."""

    CDC = "cdc"
    COMMUNITY = "community"
    DISPATCHER = "dispatcher"
    ESCORT = "escort"
    HOTEL = "hotel"
    LEAD = "lead"
    ADMIN = "admin"


class Mode(StrEnum):
    """How a member is shown cards: as WeCom draws them, or as text with numbers (decision 0012)."""

    CARD = "card"
    TEXT = "text"


table = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("phone", sa.LargeBinary, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("focus", sa.String(32), nullable=False, server_default=""),
    sa.Column("card_mode", sa.String(8), nullable=False, server_default=Mode.CARD.value),
    one_of("card_mode", Mode, "card_mode"),
)
grants = sa.Table(
    "grant",
    metadata,
    sa.Column("staff_id", sa.String(64), sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role", sa.String(16), primary_key=True),
    sa.Column("area_code", sa.String(32), primary_key=True),
    sa.Column("path", sa.String(256), nullable=False, index=True),
    one_of("role", Role, "role"),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one subtree; `path` is the subtree's path (`/h/<编号>/` for a hotel)."""

    role: str
    area_code: str
    path: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A member as the directory knows them; `focus` is the conversation their words belong to."""

    id: str
    name: str
    active: bool
    focus: str
    grants: tuple[Grant, ...]
    card_mode: str = Mode.CARD

    def holds(self, role: str, path: str = "") -> bool:
        """Whether the member has the role over the area of `path` (or anywhere, when it is empty)."""
        return any(grant.role == role and path.startswith(grant.path if path else "") for grant in self.grants)

    def roles(self) -> tuple[str, ...]:
        """The member's roles, each once, in the order of DOMAIN §1."""
        mine = {grant.role for grant in self.grants}
        return tuple(role.value for role in Role if role.value in mine)


COLUMNS = (
    table.c.id, table.c.name, table.c.active, table.c.focus, table.c.card_mode, grants.c.role, grants.c.area_code,
    grants.c.path,
)  # fmt: skip
"""A member as rows, one for each grant; `made` puts them together."""
_by_id = sa.select(*COLUMNS).select_from(table.outerjoin(grants)).where(table.c.id == sa.bindparam("the_id"))
_by_ids = sa.select(*COLUMNS).select_from(table.outerjoin(grants))
_by_ids = _by_ids.where(table.c.id.in_(sa.bindparam("ids", expanding=True)))
_name = sa.select(table.c.name).where(table.c.id == sa.bindparam("the_id"))
_belonging = (
    sa.select(table.c.id, table.c.name)
    .join(grants)
    .where(grants.c.role == sa.bindparam("role"), table.c.active, grants.c.path == sa.bindparam("path"))
    .distinct()
    .order_by(table.c.id)
)
_theirs = grants.alias("theirs")
_rostered = (
    sa.exists()
    .where(shift.table.c.staff_id == _theirs.c.staff_id, shift.table.c.source == shift.Source.FILE)
    .where(_theirs.c.role == sa.bindparam("role"), _theirs.c.path == sa.bindparam("path"))
)
_on_shift = sa.exists().where(shift.table.c.staff_id == table.c.id, *shift.COVERS)
_any_shift = sa.exists().where(shift.table.c.staff_id == table.c.id)
_serving = _belonging.where(sa.or_(_on_shift, sa.not_(sa.or_(_any_shift, _rostered))))
_away = sa.select(table.c.id).where(
    table.c.id.in_(sa.bindparam("ids", expanding=True)), sa.or_(~table.c.active, sa.and_(_any_shift, ~_on_shift))
)
_focus_if_free = table.update().where(table.c.id == sa.bindparam("the_id"), table.c.focus == "")
_focus_if_free = _focus_if_free.values(focus=sa.bindparam("to"))
_unfocus = table.update().where(table.c.focus == sa.bindparam("talk")).values(focus="")
_focus_alone = table.update().where(sa.or_(table.c.focus == sa.bindparam("talk"), table.c.id == sa.bindparam("the_id")))
_focus_alone = _focus_alone.values(
    focus=sa.case((table.c.id == sa.bindparam("the_id"), sa.bindparam("talk")), else_="")
)
_names = sa.select(table.c.id, table.c.name).where(table.c.id.in_(sa.bindparam("ids", expanding=True)))
_mode = sa.select(table.c.card_mode).where(table.c.id == sa.bindparam("the_id"))
_set_mode = table.update().where(table.c.id == sa.bindparam("the_id")).values(card_mode=sa.bindparam("to"))
_set_focus = table.update().where(table.c.id == sa.bindparam("the_id")).values(focus=sa.bindparam("to"))


def find(tx: Tx, userid: str) -> Staff | None:
    """The active or inactive member of a WeCom userid (compared in lower case, WECOM §0), or None."""
    rows = tx.all(_by_id, {"the_id": userid.lower()})
    return made(rows) if rows else None


def made(rows: Sequence[Sequence[Any]]) -> Staff:
    """A member from the rows of `COLUMNS`, at least one."""
    the_id, name, active, focus, mode = rows[0][:5]
    return Staff(the_id, name, active, focus, tuple(Grant(*row[5:]) for row in rows if row[5]), mode)


def several(tx: Tx, ids: Sequence[str]) -> list[Staff]:
    """These members, active or not, in that order; whoever is unknown is left out."""
    rows: dict[str, list[Any]] = {}
    for row in tx.all(_by_ids, {"ids": list(ids)}) if ids else []:
        rows.setdefault(row.id, []).append(row)
    return [made(rows[one]) for one in dict.fromkeys(ids) if one in rows]


def name_of(tx: Tx, userid: str) -> str:
    """The member's name for sentences such as "李某 10:32 已接手"; the bare id when unknown."""
    row = tx.one(_name, {"the_id": userid})
    return row.name if row else (userid or "系统")


def set_focus(tx: Tx, userid: str, conversation: str) -> None:
    """Let the member's next words belong to this conversation."""
    tx.run(_set_focus, {"the_id": userid, "to": conversation})


def focus_if_free(tx: Tx, userid: str, conversation: str) -> None:
    """Let the member's next words belong to this conversation, unless they are in the middle of another."""
    tx.run(_focus_if_free, {"the_id": userid, "to": conversation})


def unfocus(tx: Tx, conversation: str) -> None:
    """Nobody's words belong to this conversation any more."""
    tx.run(_unfocus, {"talk": conversation})


def focus_alone(tx: Tx, userid: str, conversation: str) -> None:
    """This member's words belong to the conversation from now on, and nobody else's."""
    tx.run(_focus_alone, {"the_id": userid, "talk": conversation})


def serving(tx: Tx, role: str, path: str) -> list[str]:
    """The active members on duty whose grant of the role sits exactly on this path, in a stable order."""
    return [the_id for the_id, _ in serving_named(tx, role, path)]


def serving_named(tx: Tx, role: str, path: str) -> list[tuple[str, str]]:
    """The same members with their names."""
    return [(row.id, row.name) for row in tx.all(_serving, {"role": role, "path": path, "now": tx.now})]


def belonging(tx: Tx, role: str, path: str) -> list[tuple[str, str]]:
    """The active members of a role exactly on this path, on duty or not, with their names."""
    return [(row.id, row.name) for row in tx.all(_belonging, {"role": role, "path": path})]


def away(tx: Tx, ids: Iterable[str]) -> set[str]:
    """Those of these members who are inactive, or have had shifts and are on none now."""
    return {row.id for row in tx.all(_away, {"ids": list(ids), "now": tx.now})}


def named(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """The names of members by their ids."""
    return {row.id: row.name for row in tx.all(_names, {"ids": list(ids)})}


def mode_of(tx: Tx, userid: str) -> str:
    """How a member is shown cards; a stranger would be shown them as they are."""
    row = tx.one(_mode, {"the_id": userid})
    return row.card_mode if row else Mode.CARD


def set_mode(tx: Tx, userid: str, mode: Mode) -> bool:
    """Show a member cards in another way from now on; False when there is no such member."""
    return tx.run(_set_mode, {"the_id": userid.lower(), "to": mode.value}) == 1


def everybody(tx: Tx, role: str) -> list[str]:
    """Every active member with a role, anywhere."""
    who = sa.select(table.c.id).join(grants).where(grants.c.role == role, table.c.active)
    return [row.id for row in tx.all(who.distinct().order_by(table.c.id))]


def active(tx: Tx, people: Iterable[str]) -> frozenset[str]:
    """Those of some members who are still with us."""
    asked = list(people)
    if not asked:
        return frozenset()
    return frozenset(row.id for row in tx.all(sa.select(table.c.id).where(table.c.id.in_(asked), table.c.active)))


def in_charge(tx: Tx, who: str, path: str) -> list[str]:
    """Who began something at a community, or, once they have left, whoever is on duty there."""
    return [who] if active(tx, [who]) else serving(tx, Role.COMMUNITY, path)


def above(tx: Tx, role: str, place: area.Area) -> list[str]:
    """The active members with the role on this area or the nearest ancestor that has any."""
    return over(tx, role, place.path)


def over(tx: Tx, role: str, path: str) -> list[str]:
    """The active members with the role on the area of a path or the nearest ancestor that has any."""
    codes = path.strip("/").split("/")
    paths = ["/" + "/".join(codes[:depth]) + "/" for depth in range(1, len(codes) + 1)]
    who = sa.select(table.c.id, grants.c.path).join(grants)
    found = tx.all(who.where(grants.c.role == role, table.c.active, grants.c.path.in_(paths)))
    nearest = max((row.path for row in found), key=len, default="")
    return sorted({row.id for row in found if row.path == nearest})
