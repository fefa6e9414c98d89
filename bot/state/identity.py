"""证件: the resident identity number to the last digit, and the shapes of the other documents people carry."""

import re
from datetime import date
from functools import lru_cache
from operator import mul

from bot.state.checked import LOST_DIGITS, FieldError, Ok, meaningful, plain

RESIDENT = "居民身份证"
NONE = "无证件"
BIRTH = "出生医学证明"

ALIASES = {
    "": RESIDENT, "身份证": RESIDENT, "二代身份证": RESIDENT, "居民身份证号": RESIDENT, "户口簿": RESIDENT,
    "港澳台居民居住证": RESIDENT, "外国人永久居留身份证": RESIDENT, "永居证": RESIDENT,
    "港澳居民来往内地通行证": "港澳通行证", "往来港澳通行证": "港澳通行证", "回乡证": "港澳通行证",
    "台湾居民来往大陆通行证": "台胞证", "出生证": BIRTH, "无": NONE,
}  # fmt: skip
"""Other names of the kinds of document; those under the resident's rule have 18 characters and the same check."""

_SHAPES = {
    "护照": re.compile(r"[A-Z0-9]{5,20}"),
    "港澳通行证": re.compile(r"[HMCW][A-Z]?[0-9]{7,10}"),
    "台胞证": re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
    BIRTH: re.compile(r"[A-Z][0-9]{9}"),
}
KINDS = (RESIDENT, *_SHAPES, NONE)
"""The kinds of document a list may name (DOMAIN.md §4)."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = b"10X98765432"
_ZEROS = 48 * sum(_WEIGHTS)
_REGIONS = frozenset(
    map(
        str,
        (
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
        ),
    )
)
_AS_TEXT = "请把证件号码一列的单元格格式设为文本，重新填写完整号码"
_OLDEST = 1900


def resident(text: str, today: date, field: str = "证件号码") -> Ok[str]:
    """The 18 characters of a resident number (also 81/82/83 permits and the 9… of foreign residents), check upper case.

    Mended: lower-case x, full width, spaces. Raises `FieldError` for lost digits, a wrong length, a birth date that
    does not exist or lies after `today`, a wrong check character. An unknown region is a note only.
    """
    number = text if text.isascii() and text.isalnum() else plain(text).replace(" ", "").replace("-", "")
    if len(number) != 18 or not (number[:17].isdigit() and number.isascii()):
        raise _malformed(field, text, number)
    code = number.encode()
    notes: tuple[str, ...] = ()
    check = code[17] if code[17] != 120 else 88
    if _CHECKS[(sum(map(mul, _WEIGHTS, code)) - _ZEROS) % 11] != check:
        raise _unchecked(field, text, number)
    born = _day(number[6:14])
    if born is None or born.year < _OLDEST:
        raise FieldError(field, text, f"出生日期{number[6:14]}不存在", "请核对第7到14位")
    if born > today:
        raise FieldError(field, text, f"出生日期{number[6:14]}在今天之后", "请核对第7到14位")
    if number[:2] not in _REGIONS and number[0] != "9":
        notes = ("前两位不是已知的省份代码",)
    if number.endswith("000"):
        notes += ("末三位是000，请核对是否被表格改动过",)
    return Ok(number[:17] + chr(check), notes)


def birth(number: str) -> date:
    """The birth date in a checked resident number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> str:
    """男 or 女, by the odd or even 17th digit of a checked resident number."""
    return "男" if int(number[16]) % 2 else "女"


def age(number: str, on: date) -> int:
    """Full years on the day `on` of the holder of a checked resident number."""
    born = birth(number)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def kind(text: str, field: str = "证件类型") -> Ok[str]:
    """One of `KINDS`, by that name or another usual one; nothing written means 居民身份证."""
    if text in KINDS:
        return Ok(text)
    given = "".join(plain(text).split())
    found = ALIASES.get(given, given)
    if found in KINDS:
        return Ok(found)
    raise FieldError(field, text, "不认识的证件类型", f"请填：{'、'.join(KINDS)}")


def document(of: str, text: str, today: date, reason: str = "", field: str = "证件号码") -> Ok[str]:
    """The number of a document of the kind `of` (one of `KINDS`), upper case.

    无证件 gives `""` and needs a `reason` that says something.
    """
    if of == RESIDENT:
        return resident(text, today, field)
    number = plain(text).replace(" ", "").replace("-", "").upper()
    if of == NONE:
        return _without(number, reason, field, text)
    if LOST_DIGITS.fullmatch(number):
        raise FieldError(field, text, "号码被表格改成了科学计数，末几位已丢失", _AS_TEXT)
    number = re.sub(r"[()]", "", number)
    if of in _SHAPES and _SHAPES[of].fullmatch(number):
        return Ok(number)
    raise FieldError(field, text, f"不是{of}的号码", f"请核对号码，或改证件类型（{'、'.join(KINDS)}）")


def _without(number: str, reason: str, field: str, text: str) -> Ok[str]:
    if number:
        raise FieldError(field, text, "证件类型是无证件，却填了号码", "请删去号码，或改证件类型")
    if not meaningful(reason):
        raise FieldError("备注", reason, "无证件须写明原因", "请在备注里写原因，例如：新生儿未办")
    return Ok("")


@lru_cache(maxsize=65536)
def _day(digits: str) -> date | None:
    """The day of `YYYYMMDD`, or None; a hundred years have few days, so the cache answers nearly always."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _malformed(field: str, text: str, number: str) -> FieldError:
    if not number:
        return FieldError(field, text, "没有填写", "请填写18位号码；确实没有的，证件类型填无证件并写原因")
    if LOST_DIGITS.fullmatch(number):
        return FieldError(field, text, "号码被表格改成了科学计数，末几位已丢失", _AS_TEXT)
    if len(number) == 15 and number.isdigit():
        return FieldError(field, text, "是15位的旧号码", "请填写换发后的18位号码")
    if len(number) != 18:
        return FieldError(field, text, f"应为18位，现在是{len(number)}位", "请核对是否漏填或多填")
    return FieldError(field, text, "前17位应全是数字", "请核对，最后一位才可以是X")


def _unchecked(field: str, text: str, number: str) -> FieldError:
    if number.endswith("000"):
        return FieldError(field, text, "校验位不对，末三位是000，多半已被表格改动", _AS_TEXT)
    if not (number[17].isdigit() or number[17] in "Xx"):
        return FieldError(field, text, "最后一位应为数字或X", "请核对最后一位")
    return FieldError(field, text, "校验位不对，有一位填错了", "请对照证件逐位核对")
