"""What the CDC and the worker see when two records bear one 证件号码."""

from collections.abc import Callable

from cards.parts import Person
from cards.template import Button, Card, Row, button

Keys = Callable[..., str]


def ask(one: Person, here: str, other: Person, there: str, state: str, keys: Keys) -> Card:
    """Is it one person?"""
    return button(
        "两条记录证件号码相同",
        [Button("同一人，合并", keys("same")), Button("不是同一人", keys("different"), style=2)],
        desc="合并后保留先有证件的那一条",
        rows=[
            Row("更正中", f"{one.name} {one.phone} {here}"),
            Row("已有", f"{other.name} {other.phone} {there}"),
            Row("证件", other.id_number),
            Row("状态", state),
        ],
        source="疑似重复",
        colour=2,
    )


def merged() -> str:
    """To the CDC."""
    return "已合并为一人，两条记录的历史都保留。"


def kept() -> str:
    """To the CDC."""
    return "已判定不是同一人，两条记录都保留，已请社区重新核对证件号码。"


def told_merged(who: Person) -> str:
    """To the worker."""
    return f"{who.name} 与名单上另一人是同一人，疾控已合并，您这条不用再办。"


def told_different(who: Person) -> str:
    """To the worker."""
    return f"疾控判定 {who.name} 与名单上另一人不是同一人。\n请重新核对证件号码后再填。"


def settled_already() -> str:
    """A late press."""
    return "这两条记录已处理过，这次没有改动。"
