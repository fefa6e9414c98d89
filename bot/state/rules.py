"""Rule packs: the numbers the authorities change, as dated TOML. Law: no deadline or category stands in code.

The pack in force on the day of determination applies (DOMAIN §3). A pack with an unknown key, a unit-less or negative
duration, or a second pack of one date is refused at start, naming file, key and cure.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from cards.parts import SHANGHAI

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d{1,6})([smhd])")
DEADLINES = {
    "first_touch", "feedback", "accept_forward", "offline_duty", "supplement_decision", "dispatcher_accept", "transfer",
    "door_sensor", "hotel_confirm",
}  # fmt: skip
DURATIONS = {"central", "home_after", "secondary"}
_PLAIN = {
    "calls": {"unreachable_attempts": "number", "spread": "duration"},
    "home": {"reasons": "words"},
    "companion": {"child_age": "number", "warn_age": "number", "reasons": "words", "illnesses": "words"},
}
_TABLES = {"categories", "durations", "deadlines", "ladder", "seats", "companion", "kit", "calls", "home"}


class RulesRefused(Exception):
    """A rule pack cannot be used; the message names file, key and cure."""


@dataclass(frozen=True, slots=True)
class Reminding:
    """`[ladder]`: at which shares of a deadline the holder is reminded, and how long after it lead and CDC hear."""

    remind_at: tuple[float, ...]
    lead_after: timedelta
    cdc_after: timedelta


def day(moment: datetime) -> date:
    """The day people write for an aware instant: Shanghai's."""
    return moment.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Kit:
    """`[kit]`: what one person is given, as label → pieces; which of it bears the code; the 转运类型 as label → class.

    `low`: below so many pieces of an item at a point its lead is told, unless the point has a number of its own.
    """

    items: Mapping[str, int] = field(default_factory=lambda: {"RFID手环": 1, "N95口罩": 1, "宣传单": 1})
    band: str = "RFID手环"
    low: int = 20
    kinds: Mapping[str, str] = field(default_factory=lambda: {"密接转运": "close", "非密接转运": "other"})


@dataclass(frozen=True, slots=True)
class Seating:
    """`[seats]`: the share of a car's seats that may be taken, and the usual cars as (seats, how many; 0 = enough)."""

    ratio: float = 0.5
    cars: tuple[tuple[int, int], ...] = ((7, 0), (19, 0), (45, 0))


@dataclass(frozen=True, slots=True)
class Pack:
    """One dated pack. `categories` maps a label of 人员类别 to its transport class; deadlines are time spans."""

    name: str
    valid_from: date
    categories: Mapping[str, str]
    deadlines: Mapping[str, timedelta]
    ladder: Reminding
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kit: Kit = field(default_factory=Kit)
    seating: Seating = Seating()

    def deadline(self, step: str) -> timedelta:
        """How long a step may take."""
        return self.deadlines[step]

    def home_days(self, category: str) -> int:
        """Days at home counted from 末次暴露: the whole of a close contact's time, or a secondary contact's."""
        spans = self.durations
        whole = spans["central"] + spans["home_after"]
        return (whole if self.categories.get(category) == "close" else spans["secondary"] or whole).days


@dataclass(frozen=True, slots=True)
class Rules:
    """All packs, oldest first."""

    packs: tuple[Pack, ...]

    def on(self, day: date) -> Pack:
        """The pack in force on a day; before the first one, the first."""
        best = self.packs[0]
        for pack in self.packs:
            if pack.valid_from <= day:
                best = pack
        return best

    def at(self, moment: datetime) -> Pack:
        """The pack in force at an aware instant, by Shanghai's calendar."""
        return self.on(day(moment))


def duration(text: object, where: str) -> timedelta:
    """`"90s"`, `"30m"`, `"2h"`, `"14d"` as a span; anything else is refused with the cure."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise RulesRefused(f'{where}: {text!r} is no duration; write a whole number with a unit, such as "30m" or "2h"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def load(where: Path) -> Rules:
    """Read every `*.toml` of a folder, or one file alone; `RulesRefused` names the first thing that is wrong."""
    packs, wrong = read(where)
    if wrong:
        raise RulesRefused(wrong[0])
    return Rules(tuple(sorted(packs, key=lambda pack: pack.valid_from)))


def read(where: Path) -> tuple[list[Pack], list[str]]:
    """The packs of a folder (or one file) that can be used, and one sentence for each file that cannot."""
    packs, wrong = [], []
    days: dict[date, str] = {}
    for path in [where] if where.is_file() else sorted(where.glob("*.toml")):
        try:
            pack = _pack(path)
        except RulesRefused as no:
            wrong.append(str(no))
            continue
        if pack.valid_from in days:
            twin = days[pack.valid_from]
            wrong.append(f"{path.name}: valid_from {pack.valid_from} is also that of {twin}; give one another date")
        days.setdefault(pack.valid_from, path.name)
        packs.append(pack)
    if not packs and not wrong:
        wrong.append(f"{where}: no rule pack (*.toml) in this folder; point BIHUAN_RULES at one that has some")
    return packs, wrong


def _pack(path: Path) -> Pack:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesRefused(f"{path.name}: not readable as TOML ({error})") from None
    unknown = {*data} - _TABLES - {"name", "valid_from"}
    if unknown:
        raise RulesRefused(f"{path.name}: unknown key {sorted(unknown)[0]!r}; known: {', '.join(sorted(_TABLES))}")
    name, start = data.get("name"), data.get("valid_from")
    if not isinstance(name, str) or not name or type(start) is not date:
        raise RulesRefused(f"{path.name}: name (text) and valid_from (a day: 2022-11-11) are required at the top")
    for table in sorted(_TABLES & {*data}):
        if not isinstance(data[table], dict):
            raise RulesRefused(f"{path.name}: {table} must be a table; write [{table}] and its keys below")
    deadlines = _spans(path.name, "deadlines", data, DEADLINES)
    durations = _spans(path.name, "durations", data, DURATIONS)
    categories = data.get("categories") or {}
    if not categories or not all(value in ("close", "other") for value in categories.values()):
        raise RulesRefused(f'{path.name}: categories must list labels as "close" or "other", such as "密接" = "close"')
    for table, kinds in _PLAIN.items():
        _plain(path.name, table, data.get(table), kinds)
    tables = {k: v for k, v in data.items() if k in _TABLES}
    return Pack(
        name,
        start,
        categories,
        deadlines,
        _ladder(path.name, data.get("ladder")),
        durations,
        tables,
        _kit(path.name, data.get("kit", {})),
        _seating(path.name, data.get("seats", {})),
    )


def _spans(file: str, table: str, data: Mapping[str, Any], known: set[str]) -> dict[str, timedelta]:
    """A table of durations that has exactly the known keys."""
    spans = data.get(table, {})
    for key in sorted({*spans} ^ known):
        cure = f"known: {', '.join(sorted(known))}" if key in spans else f'write {key} = "2h" below [{table}]'
        raise RulesRefused(f"{file}: {table}.{key} is {'unknown' if key in spans else 'missing'}; {cure}")
    return {key: duration(text, f"{file}: {table}.{key}") for key, text in spans.items()}


def _plain(file: str, table: str, rule: Mapping[str, Any] | None, kinds: Mapping[str, str]) -> None:
    """A table of numbers, durations and lists of words: every key known, none missing, each of its kind."""
    if rule is None:
        raise RulesRefused(f"{file}: [{table}] is missing; copy it from the newest pack of the product")
    for key in sorted({*rule} ^ {*kinds}):
        cure = f"known: {', '.join(kinds)}" if key in rule else f"write it below [{table}]"
        raise RulesRefused(f"{file}: {table}.{key} is {'unknown' if key in rule else 'missing'}; {cure}")
    for key, kind in kinds.items():
        value, where = rule[key], f"{file}: {table}.{key}"
        if kind == "duration":
            duration(value, where)
        elif kind == "number" and (type(value) is not int or value < 1):
            raise RulesRefused(f"{where}: {value!r} must be a whole number from 1")
        elif kind == "words" and not (isinstance(value, list) and value and all(isinstance(one, str) for one in value)):
            raise RulesRefused(f'{where}: must list words, such as ["其他"]')


def _kit(file: str, rule: Mapping[str, Any]) -> Kit:
    usual = Kit()
    made = {name: rule.get(name, getattr(usual, name)) for name in ("items", "band", "low", "kinds")}
    if unknown := {*rule} - {*made}:
        raise RulesRefused(f"{file}: kit.{sorted(unknown)[0]} is unknown; kit has items, band, low and kinds")
    items, kinds = made["items"], made["kinds"]
    if not items or not all(type(pieces) is int and 0 < pieces < 100 for pieces in items.values()):
        raise RulesRefused(f'{file}: kit.items must list labels and pieces for each person, such as {{"N95口罩" = 5}}')
    if made["band"] not in items:
        raise RulesRefused(f"{file}: kit.band must name one of kit.items, the one that bears the code")
    if type(made["low"]) is not int or made["low"] < 0:
        raise RulesRefused(f"{file}: kit.low must be a whole number from 0")
    if not 1 <= len(kinds) <= 6 or not all(isinstance(one, str) for one in kinds.values()):
        raise RulesRefused(f'{file}: kit.kinds must list 1 to 6 labels, such as {{"密接转运" = "close"}}')
    return Kit(**made)


def _seating(file: str, rule: Mapping[str, Any]) -> Seating:
    usual = Seating()
    ratio, cars = rule.get("ratio", usual.ratio), rule.get("cars", usual.cars)
    if unknown := {*rule} - {"ratio", "cars"}:
        raise RulesRefused(f"{file}: seats.{sorted(unknown)[0]} is unknown; seats has ratio and cars")
    if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 0 < ratio <= 1:
        raise RulesRefused(f"{file}: seats.ratio must be above 0 and at most 1, such as 0.5 for every other seat")
    if not cars or not all(_car(car) for car in cars):
        raise RulesRefused(f"{file}: seats.cars must list [seats, how many], such as [[7, 4], [45, 2]]; 0 means enough")
    return Seating(float(ratio), tuple((int(seats), int(count)) for seats, count in cars))


def _car(car: object) -> bool:
    pair = isinstance(car, list | tuple) and len(car) == 2 and all(type(one) is int for one in car)
    return pair and 2 <= car[0] <= 60 and car[1] >= 0  # type: ignore[index]


def _ladder(file: str, rule: object) -> Reminding:
    keys = {"remind_at", "lead_after", "cdc_after"}
    if not isinstance(rule, dict) or {*rule} != keys:
        odd = ", ".join(sorted({*rule} ^ keys)) if isinstance(rule, dict) else "[ladder]"
        raise RulesRefused(f"{file}: ladder has exactly remind_at, lead_after and cdc_after; look at: {odd}")
    shares = rule["remind_at"]
    if not isinstance(shares, list) or not all(type(one) in (int, float) and 0 < one <= 1 for one in shares):
        raise RulesRefused(f"{file}: ladder.remind_at must list shares of the deadline, such as [0.5, 1.0]")
    lead, cdc = (duration(rule[name], f"{file}: ladder.{name}") for name in ("lead_after", "cdc_after"))
    if not timedelta() < lead <= cdc:
        raise RulesRefused(f"{file}: ladder.cdc_after must not be before lead_after, and both longer than nothing")
    return Reminding(tuple(float(one) for one in shares), lead, cdc)
