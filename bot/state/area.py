"""The area tree 市 → 区 → 街道/镇 → 社区/村. Law: jurisdiction is a path, never a guess.

Every area carries its materialised path (`/3502/350203/…/`); "inside" is "begins with", whatever the codes look like.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from bot.state import places
from bot.state.base import metadata
from bot.state.unit import Tx


class Level(StrEnum):
    """The four floors of the tree (DOMAIN §1)."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


LEVELS = {"市": Level.CITY, "区": Level.DISTRICT, "县": Level.DISTRICT, "街道": Level.STREET, "镇": Level.STREET}
LEVELS |= {"乡": Level.STREET, "街道/镇": Level.STREET, "社区": Level.COMMUNITY, "村": Level.COMMUNITY}
LEVELS |= {"社区/村": Level.COMMUNITY} | {level.value: level for level in Level}

table = sa.Table(
    "area",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("parent", sa.String(32), nullable=False, server_default=""),
    sa.Column("path", sa.String(256), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Area:
    """One node of the tree; `path` begins and ends with `/` and holds every ancestor's code."""

    code: str
    name: str
    level: str
    parent: str
    path: str

    def inside(self, path: str) -> bool:
        """Whether this area is the other one or lies under it."""
        return bool(path) and self.path.startswith(path)

    def ancestor(self, depth: int) -> str:
        """The code at a depth of the path (0 = root), or an empty text."""
        parts = self.path.strip("/").split("/")
        return parts[depth] if depth < len(parts) else ""


_select = sa.select(*[table.c[name] for name in ("code", "name", "level", "parent", "path")])
_by_code = _select.where(table.c.code == sa.bindparam("the_code"))


def of_row(row: Any) -> Area:
    """An area out of its selected columns."""
    return Area(*row)


def find(tx: Tx, code: str) -> Area | None:
    """The area of a code, or None."""
    row = tx.one(_by_code, {"the_code": code})
    return None if row is None else of_row(row)


def under(paths: Iterable[str], column: sa.ColumnElement[str] = table.c.path) -> sa.ColumnElement[bool]:
    """Whether a path lies under one of these; none lies under none."""
    return sa.or_(sa.false(), *[column.startswith(path, autoescape=True) for path in paths])


def codes(paths: Iterable[str]) -> sa.Select[tuple[str]]:
    """The codes of every area under one of these paths: asked for first, they lead into an index of areas."""
    return sa.select(table.c.code).where(under(paths))


def communities(tx: Tx, paths: Iterable[str]) -> list[Area]:
    """Every community under some area paths, each once."""
    wanted = _select.where(table.c.level == Level.COMMUNITY.value, under(paths))
    return [of_row(row) for row in tx.all(wanted.order_by(table.c.path))]


def hold(tx: Tx, code: str) -> Area | None:
    """Hold an area's row till the end of the transaction: whoever numbers something within it counts alone."""
    row = tx.one(_by_code.with_for_update(), {"the_code": code})
    return None if row is None else of_row(row)


def paths_of(tx: Tx, codes: Iterable[str]) -> dict[str, str]:
    """The paths of the areas of some codes."""
    asked = sorted(codes)
    rows = tx.all(sa.select(table.c.code, table.c.path).where(table.c.code.in_(asked))) if asked else []
    return {row.code: row.path for row in rows}


def names(tx: Tx, paths: Iterable[str]) -> dict[str, str]:
    """The names of the areas of some paths."""
    asked = sorted(paths)
    rows = tx.all(sa.select(table.c.path, table.c.name).where(table.c.path.in_(asked))) if asked else []
    return {row.path: row.name for row in rows}


def all_areas(conn: sa.Connection) -> list[Area]:
    """The whole tree (hundreds of rows)."""
    return [of_row(row) for row in conn.execute(_select.order_by(table.c.path))]


def roots(tx: Tx) -> list[Area]:
    """The areas that have nothing above them."""
    return [of_row(row) for row in tx.all(_select.where(table.c.parent == "").order_by(table.c.path))]


def children(tx: Tx, code: str) -> list[Area]:
    """The areas directly under one."""
    return [of_row(row) for row in tx.all(_select.where(table.c.parent == code).order_by(table.c.code))]


_FIELD, _LINE = "\x1f", "\x1e"  # no code and no name holds them: the directory leaves out what cannot be seen
_lines = (
    sa.select((table.c.code + _FIELD + table.c.name + _FIELD + table.c.level + _FIELD + table.c.parent).label("line"))
    .order_by(table.c.path)
    .subquery()
)
_tree = sa.select(sa.func.aggregate_strings(_lines.c.line, _LINE))


def tree(conn: sa.Connection) -> str:
    """The whole tree of this moment as one text, for `grown`: one row to fetch instead of hundreds."""
    return conn.execute(_tree).scalar() or ""


def resolver(conn: sa.Connection) -> places.Resolver:
    """The resolver over the tree of this moment."""
    return grown(tree(conn))


@lru_cache(maxsize=4)
def grown(tree: str) -> places.Resolver:
    """The resolver over a tree, built anew only when the tree has changed."""
    return places.Resolver(places.Place(*line.split(_FIELD)) for line in tree.split(_LINE) if line)


def lineage(tx: Tx, area: Area) -> list[Area]:
    """The area's ancestors and itself, from the root down."""
    codes = area.path.strip("/").split("/")
    found = {row.code: of_row(row) for row in tx.all(_select.where(table.c.code.in_(codes)))}
    return [found[code] for code in codes if code in found]


def paths(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The materialised path of every (code, parent); `ValueError` names a parent that is missing or a circle."""
    parents = dict(rows)

    def path(code: str, below: tuple[str, ...] = ()) -> str:
        if code in below:
            raise ValueError(f"{code}: 上级代码互相循环")
        parent = parents[code]
        if parent and parent not in parents:
            raise ValueError(f"{code}: 上级代码 {parent} 不存在")
        return (path(parent, (*below, code)) if parent else "/") + code + "/"

    return {code: path(code) for code in parents}
