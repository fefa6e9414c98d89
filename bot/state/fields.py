"""One checker for each field a person or a list gives (DOMAIN.md §4); each answers `Ok` or raises `FieldError`.

A checker mends what is only a manner of writing (full width, spaces, dashes) and never invents what is not there.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from bot.state.checked import LOST_DIGITS, FieldError, Ok, meaningful, plain, seen
from bot.state.identity import KINDS, age, birth, document, kind, resident, sex

__all__ = [
    "KINDS", "FieldError", "Ok", "address", "age", "birth", "category", "choose_sex", "count", "day", "document",
    "kind", "meaningful", "name", "phone", "plate", "remark", "resident", "seen", "sex",
]  # fmt: skip

LONGEST_NAME = 50
LONGEST_ADDRESS = 200
LONGEST_REMARK = 500

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(
    r"(?:(010|02[0-9])([2-9][0-9]{7})|(0[3-9][0-9]{2})([2-9][0-9]{6,7}))(?:(?:转|EXT|X|#)([0-9]{1,6}))?"
)
_PHONE_MARKS = re.compile(r"[\s\-—–_.·()]+")
_SEVERAL = re.compile(r"[/,;、，；|或]")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SERIAL = "[A-HJ-NP-Z0-9]"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z](?:{_SERIAL}{{4}}[A-HJ-NP-Z0-9挂学警港澳领试超]"  # ordinary, 7 characters
    rf"|[A-HJK]{_SERIAL}[0-9]{{4}}|[0-9]{{5}}[A-HJK])"  # new energy, small and large, 8 characters
    rf"|使[0-9]{{6}}|[0-9]{{6}}使|WJ[{_PROVINCES}]?[0-9]{{4}}[0-9TDSHBXJ]"  # embassies, armed police
)
_INVENTED_PLATE = re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z]演[0-9]{{3,4}}")

_DATE = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]|([0-9]{2})([0-9]{2}))"
    r"(?:(?:[ T]|(?<=[日号]))[0-9]{1,2}[:时点][0-9]{0,2}分?(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_SHEET_DAY = re.compile(r"([2-7][0-9]{4})(?:\.[0-9]+)?")  # 1954 to 2119
_SHEET_EPOCH = date(1899, 12, 30)
_SEXES = {"": "", "男": "男", "女": "女", "男性": "男", "女性": "女", "M": "男", "F": "女"}
_DATE_CURE = "请按 2022-03-15 的样子填写"


def name(text: str, field: str = "姓名") -> Ok[str]:
    """A person's name: NFC, nothing invisible, at most 50 characters, not only digits and marks."""
    if text.isalpha() and len(text) <= LONGEST_NAME and text.isprintable():
        return Ok(text if text.isascii() else unicodedata.normalize("NFC", text))
    given = unicodedata.normalize("NFC", seen(text))
    if not given:
        raise FieldError(field, text, "没有填写", "请填写姓名")
    if len(given) > LONGEST_NAME:
        raise FieldError(field, text, f"超过{LONGEST_NAME}个字", "请只填姓名，其余写入备注")
    if not any(map(_letter, given)):
        raise FieldError(field, text, "不像姓名", "请填写证件上的姓名")
    return Ok(given, ("姓名里有数字，请核对",) if any(char.isdigit() for char in given) else ())


def phone(text: str, field: str = "联系电话") -> Ok[str]:
    """A mobile number as 11 digits, a landline as `0592-5123456`, a foreign one as `+85291234567`.

    Forgiven: +86, spaces, dashes, full width.
    """
    digits = text if text.isdigit() and text.isascii() else _PHONE_MARKS.sub("", plain(text).removesuffix(".0")).upper()
    if digits[:1] in "+08":
        digits = _home(digits)
    if _MOBILE.fullmatch(digits):
        # Numbers of machines have the right form (DOMAIN §4) but nobody to answer; the demo world lives on them.
        return Ok(digits, ("1440开头的号码一般无人接听，请核对",) if digits.startswith("1440") else ())
    if line := _LANDLINE.fullmatch(digits):
        area, number = line[1] or line[3], line[2] or line[4]
        return Ok(f"{area}-{number}" + (f"转{line[5]}" if line[5] else ""))
    if digits.startswith("+"):
        return Ok(_foreign(digits, field, text), ("境外号码",))
    raise _no_phone(field, text, digits)


def plate(text: str, relaxed: bool = False, field: str = "车牌") -> Ok[str]:
    """A mainland number plate, upper case, without the dot: `闽D12345`, new energy `闽DD12345`.

    `relaxed` also takes the plates of the demo world, `闽D演001`.
    """
    given = re.sub(r"[\s·•.\-—]", "", plain(text)).upper()
    if _PLATE.fullmatch(given) or (relaxed and _INVENTED_PLATE.fullmatch(given)):
        return Ok(given)
    if not given:
        raise FieldError(field, text, "没有填写", "请填写车牌，例如 闽D12345")
    if "O" in given[1:] or "I" in given[2:]:
        raise FieldError(field, text, "车牌里没有字母O和I", "请改为数字0或1")
    raise FieldError(field, text, "不是车牌号", "请填写完整车牌，例如 闽D12345 或 闽DD12345")


def day(text: str, today: date, field: str = "末次暴露日期") -> Ok[date]:
    """A day with its year, not after `today`: 2022-03-15, 2022/3/15, 2022年3月15日, 20220315, or a spreadsheet's 44635.

    A time behind it is dropped. A day without its year, or with two digits of it, is refused: years are not guessed.
    """
    found, notes = _day(text)
    if found is None:
        raise _no_day(field, text)
    if found > today:
        raise FieldError(field, text, f"{found}在今天之后", "请核对日期")
    if found.year < 1900:
        raise FieldError(field, text, f"{found.year}年太早", "请核对年份")
    return Ok(found, notes)


def category(text: str, allowed: Collection[str], field: str = "人员类别") -> Ok[str]:
    """One of the categories of the rule pack, exactly."""
    if text in allowed:
        return Ok(text)
    given = "".join(plain(text).split())
    if given in allowed:
        return Ok(given)
    what = "没有填写" if not given else "不在类别表里"
    raise FieldError(field, text, what, f"请填：{'、'.join(allowed)}")


def choose_sex(text: str, number: str = "", field: str = "性别") -> Ok[str]:
    """男 or 女, `""` if nothing is written. A checked resident `number` that says otherwise is noted, not followed."""
    given = _SEXES.get(text)
    if given is None and (given := _SEXES.get(plain(text).upper())) is None:
        raise FieldError(field, text, "应为男或女", "请填男或女，不知道就留空")
    if not number:
        return Ok(given)
    derived = sex(number)
    return Ok(given or derived, ("性别与证件号码不符",) if given not in ("", derived) else ())


def address(text: str, field: str = "详细地址") -> Ok[str]:
    """Where somebody lives: something meaningful of at most 200 characters, nothing invisible in it."""
    given = unicodedata.normalize("NFC", seen(text))
    if len(given) > LONGEST_ADDRESS:
        raise FieldError(field, text, f"超过{LONGEST_ADDRESS}个字", "请只填地址，其余写入备注")
    if not meaningful(given):
        raise FieldError(field, text, "没有写明地址", "请写到楼栋门牌，例如 乐安里12号301室")
    return Ok(given)


def remark(text: str, field: str = "核实备注") -> Ok[str]:
    """A remark that says something, at most 500 characters."""
    given = seen(text)
    if len(given) > LONGEST_REMARK:
        raise FieldError(field, text, f"超过{LONGEST_REMARK}个字", "请写短一些")
    if not meaningful(given):
        raise FieldError(field, text, "没有说明情况", "请写一句话，例如 本人在泉州，已电话告知")
    return Ok(given)


def count(text: str, most: int, field: str = "人数", least: int = 0) -> Ok[int]:
    """A whole number of people from `least` to `most`, in digits."""
    given = plain(text).replace(" ", "").removesuffix("人")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise FieldError(field, text, "应为整数", f"请填{least}到{most}之间的数字")
    if not least <= int(given) <= most:
        raise FieldError(field, text, f"应在{least}到{most}之间", "请核对人数")
    return Ok(int(given))


def _letter(char: str) -> bool:
    """Whether `char` can stand in a name: a letter, or a rare hanzi that this Python knows only by its range."""
    return char.isalpha() or "\ue000" <= char <= "\uf8ff" or "\U00020000" <= char < "\U00040000"


def _home(digits: str) -> str:
    """`digits` without the prefix of mainland China; 00 in front of another country becomes +."""
    for prefix in ("+86", "0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) >= 9:
            return rest if rest[0] in "01" else f"0{rest}"
    return "+" + digits[2:] if digits.startswith("00") else digits


def _foreign(digits: str, field: str, text: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.country_code == 86 or not phonenumbers.is_valid_number(number):
        raise FieldError(field, text, "境外号码不对", "请核对国家或地区代码和号码，例如 +852 9123 4567")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _no_phone(field: str, text: str, digits: str) -> FieldError:
    if not digits:
        return FieldError(field, text, "没有填写", "请填写本人或监护人的电话")
    if LOST_DIGITS.fullmatch(plain(text)):
        return FieldError(field, text, "号码被表格改成了科学计数", "请把电话一列的单元格格式设为文本后重填")
    if _SEVERAL.search(text):
        return FieldError(field, text, "填了不止一个号码", "请只填一个，其余写入备注")
    if digits.isdigit() and digits.isascii():
        if len(digits) in (7, 8):
            return FieldError(field, text, "座机没有区号", "请加上区号，例如 0592-5123456")
        if digits[0] == "1" and len(digits) != 11:
            return FieldError(field, text, f"手机应为11位，现在是{len(digits)}位", "请核对是否漏填或多填")
    return FieldError(field, text, "不是电话号码", "请填11位手机，或带区号的座机")


@lru_cache(maxsize=4096)
def _day(text: str) -> tuple[date | None, tuple[str, ...]]:
    """The day that `text` names, or None, and notes. A list repeats few days, so the answer is kept."""
    given = plain(text)
    if serial := _SHEET_DAY.fullmatch(given):
        found = _SHEET_EPOCH + timedelta(days=int(serial[1]))
        return found, (f"由表格日期{serial[1]}换算为{found}",)
    shape = _DATE.fullmatch(given)
    if shape is None:
        return None, ()
    year, *parts = (int(part) for part in shape.groups() if part)
    try:
        return date(year, *parts), ()
    except ValueError:
        return None, ()


def _no_day(field: str, text: str) -> FieldError:
    given = plain(text)
    if not given:
        return FieldError(field, text, "没有填写", _DATE_CURE)
    if _DATE.fullmatch(given):
        return FieldError(field, text, "没有这一天", "请核对月份和日子")
    if re.match(r"[0-9]{1,2}[-/.月]", given):
        return FieldError(field, text, "没有写年份，或写法不明", _DATE_CURE)
    return FieldError(field, text, "不是日期", _DATE_CURE)
