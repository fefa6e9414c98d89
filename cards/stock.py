"""What is said of kits on hand: the list, what came and went, and what cannot be."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cards import words

EXPECTS = {"open": "请回复进出，例如「N95口罩 +50」「宣传单 -3」，或盘点「N95口罩 =47」。"}
HOW = "登记回复「N95口罩 +50」，损耗「-3」，盘点「=47」。"
NOT_READ = f"没看懂，没有登记。\n{HOW}"
LEFT = "库存已看完，登记过的都已保存。"
NO_POINT = "您的辖区还没有登记库存的社区，没有登记。\n请由社区工作人员先发「库存」登记。"
_SAID = re.compile(r"(?P<item>\S.{0,30}?)\s*(?P<sign>[+\-=])\s*(?P<pieces>[0-9]{1,6})\s*[个只件份张]?")


@dataclass(frozen=True, slots=True)
class Line:
    """One item at a point."""

    item: str
    on_hand: int
    low: int


def said(text: str) -> tuple[str, str, int] | None:
    """`N95口罩 +50` as (item, sign, pieces), or None; full width is forgiven."""
    found = _SAID.fullmatch(unicodedata.normalize("NFKC", text).strip().replace("－", "-"))
    return (found["item"].strip(), found["sign"], int(found["pieces"])) if found else None


def listing(place: str, lines: Sequence[Line]) -> str:
    """The stock of a point."""
    rows = [f"{one.item} {one.on_hand} 件{'（偏低）' if one.on_hand < one.low else ''}" for one in lines]
    return "\n".join([f"{place} {words.STOCK}", *rows, HOW])


def nothing(place: str) -> str:
    """No stock is kept here yet."""
    return f"{place} 还没有登记{words.STOCK}，发放时不计数。\n{HOW}"


def moved(place: str, item: str, pieces: int, left: int) -> str:
    """Pieces came or went."""
    return f"已登记：{place} {item} {pieces:+d}，现有 {left} 件。"


def counted(place: str, item: str, wrong: int, left: int) -> str:
    """Somebody has counted."""
    return f"已盘点：{place} {item} 现有 {left} 件" + (f"（账面差 {wrong:+d}）。" if wrong else "，与账面一致。")


def short(item: str, left: int) -> str:
    """More would go than there is."""
    return f"{item} 现有只有 {left} 件，没有登记。\n数目不符请盘点，例如「{item} ={left}」。"


def unknown(item: str, known: Sequence[str]) -> str:
    """Not an item of the kit, nor one that is kept."""
    return f"物资清单里没有「{item}」，没有登记。\n清单：{'、'.join(known)}。"
