"""The roster file `shifts.csv` (账号,开始,结束): read, checked as a whole, taken or refused as a whole.

Law: a roster with a mistake changes nothing, the one before it stands. Times are Asia/Shanghai unless they carry
a zone. A time in which nobody of a place is planned is no mistake, but it is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

from bot.state import area, shift, staff
from bot.state.directory import Mistake
from bot.state.shift import Shift, Source
from bot.state.unit import Tx

FILE = "shifts.csv"
COLUMNS = ("账号", "开始", "结束")
LONGEST = timedelta(hours=24)
_SHANGHAI = timezone(timedelta(hours=8))
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M")
_EXAMPLE = "请写成 2026-11-24 08:00"


@dataclass(frozen=True, slots=True)
class Gap:
    """From `begin` to `end` nobody of a place is planned, though there is somebody before and after."""

    place: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a roster brought: shifts written, shifts that were over already, gaps, and the members it speaks of."""

    shifts: int
    past: int
    gaps: tuple[Gap, ...]
    members: tuple[str, ...]


def when(text: str) -> datetime | None:
    """A time as people write it in a table (`2026/11/24 8:00`, `24:00` is midnight), aware; None if it is none."""
    said = " ".join(text.strip().replace("：", ":").split())
    day, _, clock = said.partition(" ")
    if clock in ("24:00", "24:00:00"):
        begin = when(f"{day} 00:00")
        return None if begin is None else begin + timedelta(days=1)
    for form in _FORMS:
        try:
            return datetime.strptime(said, form).replace(tzinfo=_SHANGHAI)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


def read(tx: Tx, rows: Sequence[Mapping[str, str]]) -> tuple[list[Shift], list[Mistake]]:
    """The shifts of the file's rows and everything that is wrong with them, each with row, column and cure."""
    active = {row.id for row in tx.all(sa.select(staff.table.c.id).where(staff.table.c.active))}
    mistakes: list[Mistake] = []
    found: list[tuple[int, Shift]] = []
    for number, row in enumerate(rows, 2):
        who, begin, end = row["账号"].strip().lower(), when(row["开始"]), when(row["结束"])
        wrong = [Mistake(FILE, number, "账号", f"「{row['账号']}」不在名册里或已停用")] if who not in active else []
        for column, time in (("开始", begin), ("结束", end)):
            if time is None:
                wrong.append(Mistake(FILE, number, column, f"「{row[column]}」不是时间，{_EXAMPLE}"))
        if begin and end and end <= begin:
            wrong.append(Mistake(FILE, number, "结束", "早于或等于开始；跨零点的班请写第二天的日期"))
        elif begin and end and end - begin > LONGEST:
            wrong.append(Mistake(FILE, number, "结束", "一个班超过 24 小时，请核对日期"))
        mistakes += wrong
        if not wrong and begin and end:
            found.append((number, Shift(who, begin, end)))
    return [one for _, one in found], mistakes + _overlaps(found)


def _overlaps(found: Sequence[tuple[int, Shift]]) -> list[Mistake]:
    """The rows that claim a member a second time at the same time, each with the row it collides with."""
    mistakes = []
    ordered = sorted(found, key=lambda pair: (pair[1].staff_id, pair[1].starts_at, pair[0]))
    longest: dict[str, tuple[int, Shift]] = {}
    for number, one in ordered:
        before = longest.get(one.staff_id)
        if before and before[1].overlaps(one):
            mistakes.append(Mistake(FILE, number, "开始", f"与第{before[0]}行重叠，同一人同一时间只能排一个班"))
        if before is None or one.ends_at > before[1].ends_at:
            longest[one.staff_id] = (number, one)
    return sorted(mistakes, key=lambda each: each.row)


def take(tx: Tx, shifts: Sequence[Shift]) -> Taken:
    """Write a checked roster: for the members it speaks of it replaces all that has not begun, and mends what runs."""
    members = tuple(sorted({one.staff_id for one in shifts}))
    shift.forget_planned(tx, members)
    running = {one.staff_id: one for one in shift.running_of(tx, members)}
    fresh: list[Shift] = []
    covered: set[str] = set()
    for one in shifts:
        if one.ends_at <= tx.now:
            continue
        if one.starts_at <= tx.now and one.staff_id in running:
            shift.run_until(tx, one.staff_id, one.ends_at)
            covered.add(one.staff_id)
        else:
            fresh.append(one)
    for who in running.keys() - covered:
        _shorten(tx, who, fresh)
    shift.write(tx, fresh, Source.FILE)
    tx.note(f"roster:{tx.cause}"[:64], 1, "imported", "", "imported", {"shifts": len(fresh), "members": len(members)})
    past = sum(one.ends_at <= tx.now for one in shifts)
    return Taken(len(shifts) - past, past, gaps(tx, shifts), members)


def _shorten(tx: Tx, who: str, fresh: Sequence[Shift]) -> None:
    """A shift that runs and is not in the newer roster: a planned one ends now, one begun by word at the next plan."""
    following = min((one.starts_at for one in fresh if one.staff_id == who), default=None)
    shift.cut(tx, who, following)


def gaps(tx: Tx, shifts: Sequence[Shift]) -> tuple[Gap, ...]:
    """Where, between the first and the last shift of a place's members, nobody is planned."""
    wanted = sa.select(staff.grants.c.staff_id, staff.grants.c.role, staff.grants.c.path, area.table.c.name)
    wanted = wanted.join(area.table, area.table.c.code == staff.grants.c.area_code)
    wanted = wanted.where(staff.grants.c.role == staff.Role.COMMUNITY)
    at: dict[tuple[str, str], list[Shift]] = {}
    for row in tx.all(wanted):
        mine = [one for one in shifts if one.staff_id == row.staff_id]
        at.setdefault((row.path, row.name), []).extend(mine)
    return tuple(gap for (_, name), planned in sorted(at.items()) for gap in holes(name, planned))


def holes(place: str, planned: Sequence[Shift]) -> list[Gap]:
    """The times between the first beginning and the last end that no shift covers."""
    found: list[Gap] = []
    until: datetime | None = None
    for one in sorted(planned, key=lambda each: each.starts_at):
        if until is not None and one.starts_at > until:
            found.append(Gap(place, until, one.starts_at))
        until = one.ends_at if until is None else max(until, one.ends_at)
    return found
