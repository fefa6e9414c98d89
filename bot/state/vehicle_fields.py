"""What a dispatcher types about a car, read field by field: all in one line, labelled or not, or one at a time.

`闽D演001 密接 45座 张师傅 14400000111 15:30` and `车牌：闽D演001 座位：45` say what they say; nothing else is guessed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from bot.state import fields, moments
from bot.state.checked import FieldError, plain
from bot.state.vehicle import Class, Equipment

NEEDED = ("plate", "travel_class", "seats", "driver", "phone", "eta")
LABELS = dict(zip(NEEDED, ("车牌", "车型", "座位数", "司机", "司机电话", "预计到达"), strict=True)) | {
    "equipment": "设备"
}
MOST_SEATS = 60
_NAMES = {
    "plate": ("车牌", "车牌号"),
    "travel_class": ("车型", "类别"),
    "seats": ("座", "座位", "座位数"),
    "driver": ("司机", "驾驶员"),
    "phone": ("电话", "手机", "司机电话"),
    "eta": ("预计到达", "到达", "时间"),
    "equipment": ("设备",),
}
_FIELDS = {label: name for name, labels in _NAMES.items() for label in labels}
_CLASSES = {
    **dict.fromkeys(("密接", "密接车", "密接车辆"), Class.CLOSE),
    **dict.fromkeys(("非密接", "非密接车", "非密接车辆"), Class.OTHER),
}
_EQUIPMENT = {
    **dict.fromkeys(("轮椅", "轮椅车"), Equipment.LIFT),
    **dict.fromkeys(("120", "救护车"), Equipment.AMBULANCE),
    "普通": Equipment.PLAIN,
}
_LABELLED = re.compile(r"([\u4e00-\u9fff]{1,5})[:=](.+)")
_SEATS = re.compile(r"-?[0-9.]+座(?:车|位)?")
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Za-z][·•.\-—]?\w{3,7}")
_PHONE = re.compile(r"\+?[0-9][0-9\-]{6,}")
_CLOCK = re.compile(r".*[0-9](?:[:点时月]|分钟|小时).*|现在|马上|半小时.*")
_DAY = re.compile(r"(?:.*:)?(?:今天|明天|后天|[0-9]{1,2}月[0-9]{1,2}[日号])")
_MARKS = re.compile(r"[，,；;、\n\t]+|(?<=\S)\s+(?=\S)")


def read(text: str, now: datetime, asked: str = "") -> dict[str, str]:
    """The fields found in `text`, checked, as plain texts (`eta` in ISO form); `FieldError` names the first bad one.

    `asked` is the field that was just asked for: a text with nothing recognisable in it is taken for that one.
    """
    parts = _parts(plain(text))
    found: dict[str, str] = {}
    for part in parts:
        name, value = _named(part, asked if len(parts) == 1 else "")
        if name:
            found[name] = check(name, value, now)
    return found


def check(name: str, value: str, now: datetime) -> str:
    """One field as it is to be kept; `FieldError` otherwise."""
    checkers: dict[str, Callable[[], str]] = {
        "plate": lambda: fields.plate(value, relaxed=True).value,
        "travel_class": lambda: _chosen(_CLASSES, LABELS[name], value, "密接 或 非密接"),
        "seats": lambda: _seats(value),
        "driver": lambda: fields.name(value, LABELS[name]).value,
        "phone": lambda: fields.phone(value, LABELS[name]).value,
        "eta": lambda: _eta(value, now),
        "equipment": lambda: _chosen(_EQUIPMENT, LABELS[name], value, "轮椅、120 或 普通"),
    }
    return checkers[name]()


def _chosen(offered: Mapping[str, StrEnum], label: str, value: str, cure: str) -> str:
    found = offered.get("".join(plain(value).split()))
    if found is None:
        raise FieldError(label, value, "不认识", f"请回复 {cure}")
    return found.value


def _eta(value: str, now: datetime) -> str:
    return moments.moment(value, now, LABELS["eta"]).value.isoformat()


def _seats(value: str) -> str:
    label, given = LABELS["seats"], re.sub(r"座(车|位)?$", "", "".join(plain(value).split()))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:4]) <= MOST_SEATS):
        raise FieldError(label, value, f"应为1到{MOST_SEATS}的整数", "请按行驶证上的核定载客数填写，例如 45座")
    return str(int(given))


def missing(found: dict[str, str]) -> str:
    """The first field that is still needed, or empty."""
    return next((name for name in NEEDED if name not in found), "")


def _parts(text: str) -> list[str]:
    """The words of a line; a day keeps the clock that follows it, a label what stands behind it."""
    joined = re.sub(r"\s*[:：=]\s*(?=[^0-9\s])", ":", text)
    parts: list[str] = []
    for part in _MARKS.split(joined):
        word = part.strip()
        if parts and (_DAY.fullmatch(parts[-1]) or parts[-1].endswith(":")):
            parts[-1] += word
        elif word:
            parts.append(word)
    return parts


def _named(part: str, asked: str) -> tuple[str, str]:
    """Which field a word is about, and its value."""
    labelled = _LABELLED.fullmatch(part)
    if labelled and labelled[1] in _FIELDS:
        return _FIELDS[labelled[1]], labelled[2]
    if part in _CLASSES:
        return "travel_class", part
    if part in _EQUIPMENT and asked != "seats":
        return "equipment", part
    if asked:
        return asked, part
    for name, shape in (("seats", _SEATS), ("eta", _CLOCK), ("plate", _PLATE), ("phone", _PHONE)):
        if shape.fullmatch(part):
            return name, part
    return ("driver", part) if 2 <= len(part) <= 8 and not any(char.isdigit() for char in part) else ("", part)
