"""How much of a person may be shown: the only place that masks, each mask never showing more than its rule allows.

The masks are those of DOMAIN.md §2.9. An empty value stays empty. A masked value is for eyes, never a key.
"""

import re
import unicodedata

_UNSEEN = ("Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp")
_DOTS = re.compile(r"[·・•‧∙⋅･]")
_MOST_WORDS = 4

_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_LONGEST_ADDRESS = 200
_ESTATES = "小区|花园|家园|公寓|新村|新城|大厦|广场|山庄|别墅|宿舍|[里苑村庭园府湾郡寓]"
# Where an address becomes one door: building, unit, floor, room; also written in hanzi or with a letter.
_DOOR = re.compile(
    r"[0-9#]|[A-Za-z]+(?=[座栋幢区])|[一二三四五六七八九十百零〇]+(?=号|栋|幢|座|单元|梯|层|楼|室|房)|[甲乙丙丁](?=[座栋幢单])"
)
_ESTATE = re.compile(rf".+?(?:{_ESTATES})")
_AREA = re.compile(r".*?(?:社区|街道|[区镇乡县市])(?!.*(?:社区|街道|[区镇乡县市]))")
_HOUSE_NUMBER = re.compile(r"(?<=[路街道巷])[0-9]{1,4}号(?!楼|院)")


def name(text: str) -> str:
    """张*, 张*三, 欧**华; the first character where the name has a `·`; J*** S*** for names in letters."""
    shown = _seen(text)
    if not shown:
        return ""
    if _DOTS.search(shown):
        return f"{shown[0]}*"
    words = shown.split()
    if not any(_ideographic(char) for char in shown):
        return " ".join(f"{word[0]}***" for word in words[:_MOST_WORDS])
    joined = "".join(words)
    if len(joined) == 1:
        return "*"
    return f"{joined[0]}*" if len(joined) == 2 else f"{joined[0]}{'*' * min(len(joined) - 2, 2)}{joined[-1]}"


def phone(text: str) -> str:
    """138****1234 for a mobile number, `****` and the last two digits for any other; +86 is dropped."""
    digits = "".join(char for char in _seen(text).translate(_FULL_WIDTH) if "0" <= char <= "9")
    if len(digits) in (13, 15) and digits.removeprefix("00").startswith("86"):
        digits = digits[-11:]
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 7:
        return f"****{digits[-2:]}"
    return "****" if text else ""


def id_number(text: str) -> str:
    """3****************4 for an 18-character number; first and last with four stars between for any other document.

    First 6 and last 4 would leave 33 candidates beside an age (RELIABILITY.md §0, finding 9).
    """
    shown = _seen(text).replace(" ", "").translate(_FULL_WIDTH)
    if len(shown) == 18:
        return f"{shown[0]}{'*' * 16}{shown[-1]}"
    if len(shown) >= 6:
        return f"{shown[0]}****{shown[-1]}"
    return "****" if text else ""


def tail4(text: str) -> str:
    """The last four characters of a 证件 for the roll-call, where neither age nor birth date may stand beside them."""
    shown = _seen(text).replace(" ", "").translate(_FULL_WIDTH)
    if len(shown) >= 8:
        return shown[-4:]
    return "****" if text else ""


def address(text: str) -> str:
    """`text` down to its 小区, village or house number, then `**`; never a building, floor or room.

    Where no such place can be told, the part up to the last 社区, 街道 or 区; else at most half, six characters.
    """
    shown = _seen(text).replace(" ", "").translate(_FULL_WIDTH)[:_LONGEST_ADDRESS]
    if not shown:
        return ""
    door = _DOOR.search(shown)
    head = shown[: door.start()] if door else shown
    house = _HOUSE_NUMBER.match(shown, door.start()) if door else None
    area = _AREA.match(head)
    rest = head[area.end() :] if area else head
    if estate := _ESTATE.match(rest):
        kept = head[: len(head) - len(rest) + estate.end()]
    elif house:
        kept = shown[: house.end()]
    elif area:
        kept = area.group()
    else:
        kept = head[: min(6, len(head) // 2)]
    return kept if kept == shown else f"{kept}**"


def _seen(text: str) -> str:
    """`text` composed, without controls, bidi marks and combining floods; white space folded to one space."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(char for char in spaced if unicodedata.category(char) not in _UNSEEN).strip()


def _ideographic(char: str) -> bool:
    """Whether `char` is a hanzi, kana or hangul: names of these are masked character by character."""
    return (
        unicodedata.name(char, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))
        or "\U00020000" <= char < "\U00040000"
    )
