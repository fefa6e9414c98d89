"""Who is missing on the lists: a baby, a grandmother; how a worker brings them, and what is then written down."""

from typing import Any

import sqlalchemy as sa

from bot.state import companionship, supplement
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

BABY = "350299202609010013"
GRANNY = "350299195009180040"
HOME = "前埔南小区3栋2单元501室"


def paste(**more: str) -> str:
    """One message with everything, of the baby unless told otherwise."""
    fields = {
        "姓名": "王小宝", "证件号": BABY, "电话": "14400001001", "现住址": HOME, "关联人": "王建明", "关系": "子女",
        "核实反馈结果": "判定后再核实", "是否陪护": "否",
    } | more  # fmt: skip
    return " ".join(f"{label}：{value}" for label, value in fields.items() if value)


def granny(**more: str) -> str:
    """陈阿英, 76, who lives with them."""
    known = {"姓名": "陈阿英", "证件号": GRANNY, "电话": "14400001009", "关系": "祖辈"}
    return paste(**(known | more))


def submits(hand: Hand, text: str = "") -> str:
    """By word, in one message, to 保存."""
    hand.says("补充")
    hand.says(text or paste())
    return hand.taps("保存")


def rows(street: Street) -> list[Any]:
    """All supplements as (state, decision, submitted_by, decided_by), in order."""
    one = supplement.table.c
    wanted = sa.select(one.state, one.decision, one.submitted_by, one.decided_by).order_by(one.id)
    return [tuple(row) for row in books.rows(street, wanted)]


def cares(street: Street) -> list[tuple[str, str, str]]:
    """All companionships as (state, ward, companion), in order."""
    names = {person.id: name for name, person in books.people(street).items()}
    one = companionship.table.c
    found = books.rows(street, sa.select(one.state, one.ward_id, one.companion_id).order_by(one.id))
    return [(row.state, names[row.ward_id], names[row.companion_id]) for row in found]
