"""What the CDC sees of feedback, and what a list's arrival tells it."""

from collections.abc import Callable, Sequence

from cards import words
from cards.parts import Person
from cards.template import Button, Card, Row, button

Keys = Callable[..., str]


def feedback(
    who: Person,
    result: int,
    community: str,
    by: str,
    at: str,
    said: Sequence[str],
    rows: Sequence[tuple[str, str]],
    keys: Keys,
) -> Card:
    """One feedback from a community; `said` is the earlier version (after a 更正) and the remark."""
    return button(
        f"{who.name} {who.category}",
        [Button(words.ACCEPT, keys("receive")), Button(words.RETURN, keys("return"), style=2)],
        desc=f"结果{result} {words.RESULTS[result]}",
        text="\n".join(said),
        rows=[Row("社区", community), Row("反馈人", f"{by} {at}"), *(Row(name, value) for name, value in rows[:4])],
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


EXPECTS = {"waiting": "请点「接收」或「退回」。", "reason": "请用文字写退回原因；不退回请回复「取消」。"}


def before(result: int) -> str:
    """The earlier version of a corrected feedback."""
    return f"更正前：结果{result} {words.RESULTS[result]}"


def remark(words: str) -> str:
    """核实备注, as it was written."""
    return f"备注：{words}"


def ask_reason(who: Person) -> str:
    """Why it goes back."""
    return f"退回 {who.name} 的反馈，尚未保存。\n请回复退回原因；不退回请回复「取消」。"


def reason_again() -> str:
    """A reason that says nothing."""
    return "没有写明原因，尚未保存。\n请写一句话，例如：请核实实际居住地。"


def sent_back(who: Person) -> str:
    """It is back at the community."""
    return f"已退回 {who.name} 的反馈，原因已转达社区，已保存。"


def not_now(who: Person, undone: bool) -> str:
    """A press while it is being sent back, or after the community took it back."""
    return f"{who.name} 的反馈{'社区已撤销' if undone else '正在退回'}，这次没有改动。"


def received(who: Person) -> str:
    """The CDC's own receipt."""
    return f"已接收：{who.name}，已记录，社区不用再办。"


def received_already(who: Person, by: str, at: str) -> str:
    """A colleague was first."""
    return f"{who.name} 的反馈已由{by}于 {at} 接收，这次没有改动。"
