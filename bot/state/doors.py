"""Addresses as people write and type them: 小区 and numbers, 栋 幢 号楼 座, 单元 梯, 楼 层, 室 房, in any digits. Pure.

An address is its words (the 小区) and its doors, numbers with what they count; a question matches when every word of it
is found, and its numbers in their order. Pinyin finds words by initials, whole syllables, or both mixed.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Part(StrEnum):
    """What a number of an address counts; people say 3楼 for the building and for the floor."""

    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    STOREY = "storey"
    HOUSE = "house"
    ROOM = "room"
    ANY = "any"


_UNITS = {
    "号楼": Part.BUILDING, "楼栋": Part.BUILDING, "栋": Part.BUILDING, "幢": Part.BUILDING, "座": Part.BUILDING,
    "#楼": Part.BUILDING, "#": Part.BUILDING, "单元": Part.UNIT, "单": Part.UNIT, "梯": Part.UNIT, "层": Part.FLOOR,
    "楼": Part.STOREY, "号": Part.HOUSE, "室": Part.ROOM, "房": Part.ROOM, "户": Part.ROOM,
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_HANZI = "零〇一二三四五六七八九十百两"
_DOOR = re.compile(
    rf"(?P<number>[0-9]+|[{_HANZI}]+(?={_UNIT})|[〇零一二三四五六七八九]{{3,}}|[a-z](?=[栋幢座#])|[甲乙丙丁](?=[栋幢座]))"
    rf"(?P<unit>{_UNIT})?"
)
_NAMED = re.compile(rf"(?P<number>[0-9]+|[{_HANZI}]+)(?=[村里期区组])")  # 莲花五村, 二期: part of the name, not a door
_PULLED_APART = re.compile(rf"(?<=[0-9{_HANZI}])\s+(?=(?:{_UNIT}))")  # 3 栋
_AREA = re.compile(r".*(?:街道|社区|居委会)(?=.)")
_BREAK = re.compile(r"[\s,，。.、;；:：/\\()（）\-‐-―_~]+")
_VALUES = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Door:
    """One number of an address, without leading zeros, and what it counts."""

    part: Part
    value: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said of a place or a person: words (of an address or a name) and numbers, each in their order."""

    words: tuple[str, ...]
    doors: tuple[Door, ...]


def read(text: str) -> Spoken:
    """An address, or what was typed to find one, in its parts; nothing is refused."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).lower()
    plain = _NAMED.sub(lambda found: _arabic(found["number"]), plain)
    plain = _PULLED_APART.sub("", plain)
    words: list[str] = []
    doors: list[Door] = []
    for piece in _BREAK.split(plain):
        at = 0
        for found in _DOOR.finditer(piece):
            if found["unit"] is None and re.match(r"[村里期区组]", piece[found.end() :]):
                continue
            words.append(piece[at : found.start()])
            doors.append(Door(_UNITS.get(found["unit"] or "", Part.ANY), _arabic(found["number"])))
            at = found.end()
        words.append(piece[at:])
    return Spoken(tuple(filter(None, map(_tidy, words))), tuple(doors))


def matches(asked: Spoken, address: Spoken, names: Iterable[str] = (), tails: Iterable[str] = ()) -> bool:
    """Whether a household is meant: by its address, somebody's name, or the end of somebody's telephone number.

    `tails` are whole numbers; four digits or more without a unit may be the end of one.
    """
    people = tuple(names)
    if not all(_heard(word, address.words) or any(_in_name(word, name) for name in people) for word in asked.words):
        return False
    phones = tuple(tails)
    doors = [door for door in asked.doors if not _is_tail(door, phones)]
    return _in_order(doors, address.doors)


def could_be_a_tail(asked: Spoken) -> bool:
    """Whether a number of the question may be the end of a telephone number."""
    return any(door.part is Part.ANY and 4 <= len(door.value) <= 11 for door in asked.doors)


def could_be_a_name(asked: Spoken) -> bool:
    """Whether there are words that may be somebody's name."""
    return bool(asked.words)


def _tidy(word: str) -> str:
    return _AREA.sub("", word)


def _arabic(number: str) -> str:
    """`十二`, `一百零三`, `五〇一`, `0501`, `a` in the one spelling."""
    if not number or number[0] not in _HANZI:
        return number.lstrip("0") or number[:1]
    if not set(number) & {"十", "百"}:
        return "".join(str(_VALUES[char]) for char in number).lstrip("0") or "0"
    hundreds, _, rest = number.rpartition("百") if "百" in number else ("", "", number)
    total = 100 * _digit(hundreds, 1) if "百" in number else 0
    rest = rest.lstrip("零〇")
    if "十" in rest:
        tens, _, units = rest.partition("十")
        return str(total + 10 * _digit(tens, 1) + _digit(units, 0))
    return str(total + _digit(rest, 0))


def _digit(char: str, empty: int) -> int:
    return _VALUES.get(char[-1], empty) if char else empty


def _in_order(asked: Sequence[Door], there: Sequence[Door]) -> bool:
    """Whether the numbers asked for are among those that are there, in the same order."""
    at = 0
    for door in asked:
        while at < len(there) and not _same(door, there[at]):
            at += 1
        if at == len(there):
            return False
        if door.part not in (Part.FLOOR, Part.STOREY):  # the floor may stand in the room's own number
            at += 1
    return True


_LOOSE = {
    Part.BUILDING: {Part.BUILDING, Part.HOUSE, Part.STOREY, Part.ANY},
    Part.HOUSE: {Part.HOUSE, Part.BUILDING, Part.ROOM, Part.ANY},
    Part.STOREY: {Part.BUILDING, Part.STOREY, Part.FLOOR, Part.HOUSE, Part.ANY},
    Part.UNIT: {Part.UNIT, Part.ANY},
    Part.FLOOR: {Part.FLOOR, Part.STOREY},
    Part.ROOM: {Part.ROOM, Part.ANY, Part.HOUSE},
    Part.ANY: set(Part),
}


def _same(asked: Door, there: Door) -> bool:
    if asked.value == there.value and there.part in _LOOSE[asked.part]:
        return True
    on_floor = there.part in (Part.ROOM, Part.ANY) and len(there.value) >= 3
    return asked.part in (Part.FLOOR, Part.STOREY) and on_floor and there.value[:-2] == asked.value


def _is_tail(door: Door, phones: Sequence[str]) -> bool:
    return door.part is Part.ANY and len(door.value) >= 4 and any(phone.endswith(door.value) for phone in phones)


def _heard(word: str, words: Sequence[str]) -> bool:
    """Whether a word of the question stands in an address, or holds one of its words, or is its pinyin."""
    if word.isascii():
        return any(word in one or sounds(word, one) for one in words)
    return any(word in one or (len(one) > 2 and one in word) for one in words)


def _in_name(word: str, name: str) -> bool:
    plain = unicodedata.normalize("NFKC", name).lower()
    return word in plain or (word.isascii() and sounds(word, plain))


def sounds(letters: str, text: str) -> bool:
    """Whether letters are the pinyin of a stretch of the text: `qpn`, `qianpunan` and `qpnan` are all 前埔南."""
    return any(_from(letters, text[at:]) for at in range(len(text)))


def _from(letters: str, text: str) -> bool:
    if not letters:
        return True
    if not text:
        return False
    return any(letters.startswith(sound) and _from(letters[len(sound) :], text[1:]) for sound in _sounds(text[0]))


@lru_cache(maxsize=8192)
def _sounds(char: str) -> frozenset[str]:
    """Every way to type one character: all its readings, whole and as initials."""
    if char.isascii():
        return frozenset({char})
    from pypinyin import Style, pinyin

    whole = pinyin(char, style=Style.NORMAL, heteronym=True)[0]
    return frozenset(sound for one in whole for sound in (one, one[:1]) if one.isascii())
