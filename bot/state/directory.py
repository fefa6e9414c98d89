"""The directory: areas, staff and hotels as the operator's three files give them. Law: all of it is taken, or none.

The files are the whole truth: a member who is no longer in them becomes inactive, and is never deleted, because the
journal names them. Every mistake is reported with file, row, column and cure before anything is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from bot.state import area, hotel, staff, stock
from bot.state.checked import seen
from bot.state.unit import Tx

Rows = Sequence[Mapping[str, str]]
AREAS = ("代码", "名称", "级别", "上级代码")
STAFF = ("账号", "姓名", "角色", "辖区代码", "电话")
HOTELS = ("编号", "名称", "地址", "容量", "辖区代码")
STOCK = ("辖区代码", "物品", "数量", "预警")
PUSH = ("推送地址", "推送密钥")  # of a hotel whose own system wants to be told; both columns may be missing
SHORTEST_KEY = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: in which file, row (the header is row 1) and column, what, and the cure."""

    file: str
    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.file} 第{self.row}行「{self.column}」：{self.what}"


class DirectoryRefused(Exception):
    """The directory cannot be taken; `mistakes` lists everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written."""

    areas: int
    staff: int
    hotels: int
    deactivated: int


def take(tx: Tx, areas: Rows, people: Rows, hotels: Rows, stocks: Rows = ()) -> Taken:
    """Check all three files against each other, then write them in the caller's transaction."""
    mistakes: list[Mistake] = []
    places = _areas(areas, mistakes)
    houses = _hotels(hotels, places, mistakes)
    members = _staff(people, places, houses, mistakes)
    shelves = _stocks(stocks, places, mistakes)
    if mistakes:
        raise DirectoryRefused(mistakes)
    _write_areas(tx, places)
    _replace(tx, hotel.table, [_sealed(tx, one) for one in houses.values()])
    gone = _write_staff(tx, members)
    stock.open_all(tx, shelves)
    tx.note(f"directory:{tx.cause}"[:64], 1, "imported", "", "imported", {"areas": len(places), "staff": len(members)})
    return Taken(len(places), len(members), len(houses), gone)


def _areas(rows: Rows, mistakes: list[Mistake]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    lines: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        code, name, level = seen(row["代码"]), seen(row["名称"]), area.LEVELS.get(row["级别"].strip())
        for column, value in (("代码", code), ("名称", name)):
            if not value:
                mistakes.append(Mistake("areas.csv", number, column, "不能为空"))
        if level is None:
            mistakes.append(Mistake("areas.csv", number, "级别", f"「{row['级别']}」不认识，请填 市、区、街道 或 社区"))
        if code in found:
            mistakes.append(Mistake("areas.csv", number, "代码", f"{code} 与第{lines[code]}行重复"))
        lines[code] = number
        found[code] = {"code": code, "name": name, "level": level or "", "parent": seen(row["上级代码"])}
    try:
        whole = area.paths((code, one["parent"]) for code, one in found.items())
    except ValueError as error:
        code, _, what = str(error).partition(": ")
        mistakes.append(Mistake("areas.csv", lines.get(code, 0), "上级代码", what))
        return found
    return {code: one | {"path": whole[code]} for code, one in found.items()}


def _stocks(rows: Rows, places: Mapping[str, object], mistakes: list[Mistake]) -> list[tuple[str, str, int, int]]:
    """What lies at a point when its books are opened, and below how much its lead is told."""
    found: dict[tuple[str, str], tuple[str, str, int, int]] = {}
    for number, row in enumerate(rows, 2):
        where, item = row["辖区代码"], row["物品"]
        numbers = [row[column] or "0" for column in ("数量", "预警")]
        if where not in places:
            mistakes.append(Mistake("stock.csv", number, "辖区代码", f"{where} 不在 areas.csv 里"))
        if not item or (where, item) in found:
            mistakes.append(Mistake("stock.csv", number, "物品", "重复" if item else "不能为空"))
        for column, value in zip(("数量", "预警"), numbers, strict=True):
            if not value.isdecimal():
                mistakes.append(Mistake("stock.csv", number, column, f"「{value}」不是整数"))
        pieces, low = (int(value) if value.isdecimal() else 0 for value in numbers)
        found[where, item] = (where, item, pieces, low)
    return list(found.values())


def _hotels(
    rows: Rows, places: Mapping[str, Mapping[str, str]], mistakes: list[Mistake]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for number, row in enumerate(rows, 2):
        code, size, where = row["编号"].strip(), row["容量"].strip() or "0", row["辖区代码"].strip()
        if not code or code in found:
            mistakes.append(Mistake("hotels.csv", number, "编号", "重复" if code else "不能为空"))
        if not size.isdecimal():
            mistakes.append(Mistake("hotels.csv", number, "容量", f"「{size}」不是整数"))
        if where and where not in places:
            mistakes.append(Mistake("hotels.csv", number, "辖区代码", f"{where} 不在 areas.csv 里"))
        found[code] = {
            "code": code,
            "name": row["名称"].strip(),
            "address": row["地址"].strip(),
            "capacity": int(size) if size.isdecimal() else 0,
            "area_code": where,
            "push_url": row.get(PUSH[0], "").strip(),
            "push_key": row.get(PUSH[1], "").strip(),
        }
        mistakes += [Mistake("hotels.csv", number, column, what) for column, what in _push(found[code])]
    return found


def _push(house: Mapping[str, object]) -> list[tuple[str, str]]:
    """What is wrong with where a hotel wants to be told, as (column, what); the key is never repeated."""
    url, key = str(house["push_url"]), str(house["push_key"])
    if not url:
        return [(PUSH[0], "有密钥但没有地址，请补上或一起留空")] if key else []
    found = []
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        right = (plain or parts.scheme == "https") and parts.hostname and not parts.fragment and not parts.username
    except ValueError:
        right = False
    if not right or len(url) > 512:
        found.append((PUSH[0], "请填 https://主机/路径，不带用户名（仅本机可用 http）"))
    if len(key) < SHORTEST_KEY:
        found.append((PUSH[1], f"至少 {SHORTEST_KEY} 个字符，可用 openssl rand -hex 32 生成"))
    return found


def _sealed(tx: Tx, house: Mapping[str, object]) -> dict[str, object]:
    """A hotel as a row: its key in a box."""
    code = str(house["code"])
    return {**house, "push_key": tx.keys.seal(str(house["push_key"]), "hotel", "push_key", code)}


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    phone: str
    grants: frozenset[tuple[str, str, str]]  # role, area code, path


def _staff(
    rows: Rows, places: Mapping[str, Mapping[str, str]], houses: Mapping[str, object], mistakes: list[Mistake]
) -> dict[str, _Member]:
    found: dict[str, _Member] = {}
    for number, row in enumerate(rows, 2):
        the_id, where = row["账号"].strip().lower(), row["辖区代码"].strip()
        roles = [role.strip() for role in row["角色"].replace("｜", "|").split("|") if role.strip()]
        if not the_id or len(the_id) > 64:
            mistakes.append(Mistake("staff.csv", number, "账号", "请填企业微信账号，1–64 个字符"))
        unknown = [role for role in roles if role not in set(staff.Role)]
        if unknown or not roles:
            known = "、".join(staff.Role)
            mistakes.append(
                Mistake("staff.csv", number, "角色", f"「{row['角色']}」不认识，请用 {known}，多个用 | 隔开")
            )
        path = str(places[where].get("path", "")) if where in places else f"/h/{where}/" if where in houses else ""
        if not path:
            mistakes.append(Mistake("staff.csv", number, "辖区代码", f"「{where}」不在 areas.csv 或 hotels.csv 里"))
        grants = frozenset((role, where, path) for role in roles if role not in unknown)
        before = found.get(the_id)
        found[the_id] = _Member(
            row["姓名"].strip(), row["电话"].strip(), grants | (before.grants if before else frozenset())
        )
    return found


def _write_areas(tx: Tx, places: Mapping[str, Mapping[str, str]]) -> None:
    """Areas become what the file says; one that people or notices are still counted under may not vanish."""
    used = sa.text("SELECT area_code FROM contact WHERE area_code <> '' UNION SELECT area_code FROM notice")
    missing = sorted(row[0] for row in tx.all(used) if row[0] not in places)
    if missing:
        what = f"缺少 {missing[0]}，名单上还有人属于它；请保留这一行"
        raise DirectoryRefused([Mistake("areas.csv", 1, "代码", what)])
    known = {one.code: one for one in area.all_areas(tx.conn)}
    for code, place in places.items():
        if code in known and any(getattr(known[code], name) != value for name, value in place.items()):
            tx.run(area.table.update().where(area.table.c.code == code).values(**place))
    tx.run(area.table.delete().where(area.table.c.code.in_(set(known) - {*places})))
    if new := [place for code, place in places.items() if code not in known]:
        tx.run(area.table.insert(), new)


def _replace(tx: Tx, table: sa.Table, rows: Iterable[Mapping[str, object]]) -> None:
    tx.run(table.delete())
    if rows := list(rows):
        tx.run(table.insert(), rows)


def _write_staff(tx: Tx, members: Mapping[str, _Member]) -> int:
    known = {row.id for row in tx.all(sa.select(staff.table.c.id))}
    for the_id, member in members.items():
        values = {"name": member.name or the_id, "phone": tx.keys.seal(member.phone, "staff", "phone", the_id)}
        if the_id in known:
            tx.run(staff.table.update().where(staff.table.c.id == the_id).values(active=True, **values))
        else:
            tx.run(staff.table.insert(), values | {"id": the_id, "active": True, "focus": ""})
    gone = staff.table.update().where(staff.table.c.id.not_in(list(members)), staff.table.c.active)
    count = tx.run(gone.values(active=False, focus=""))
    rows = [
        {"staff_id": the_id, "role": role, "area_code": code, "path": path}
        for the_id, member in members.items()
        for role, code, path in sorted(member.grants)
    ]
    _replace(tx, staff.grants, rows)
    return count
