"""What the CDC sees of feedback, and what a list's arrival tells it."""

from collections.abc import Callable, Sequence

from cards import words
from cards.parts import Person
from cards.template import Button, Card, Row, button

Keys = Callable[..., str]


def feedback(
    who: Person, result: int, community: str, by: str, at: str, remark: str, rows: Sequence[tuple[str, str]], keys: Keys
) -> Card:
    """One feedback from a community."""
    return button(
        f"{who.name} {who.category}",
        [Button("接收", keys("receive"))],
        desc=f"结果{result} {words.RESULTS[result]}",
        text=f"备注：{remark}" if remark else "",
        rows=[Row("社区", community), Row("反馈人", f"{by} {at}"), *(Row(name, value) for name, value in rows)],
        source="社区核实反馈",
    )


def waiting(count: int, keys: Keys) -> Card:
    """More feedback waits than is shown at once."""
    return button(
        f"还有 {count} 条反馈未接收",
        [Button("继续接收", keys("next"))],
        desc="接收一条，自动发下一条",
        source="社区核实反馈",
    )


def received(who: Person) -> str:
    """The CDC's own receipt."""
    return f"已接收：{who.name}，已记录。\n发「进度」可看全区情况。"


def received_already(who: Person, by: str, at: str) -> str:
    """A colleague was first."""
    return f"{who.name} 的反馈已由{by}于 {at} 接收，这次没有改动。"
