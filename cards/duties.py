"""The list 待线下反馈 as a worker sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
EXPECTS = {"listed": "请回复名单上的数字打开，或点卡片上的「打开」。"}


@dataclass(frozen=True, slots=True)
class Line:
    """One duty: number on the list, its id, the masked person, the time left, who owes it."""

    number: int
    ref: str
    name: str
    category: str
    left: str
    holder: str


def listing(lines: Sequence[Line]) -> str:
    """The list as text."""
    rows = [f"{one.number} {one.name} {one.category} {one.left}（{one.holder}）" for one in lines]
    return "\n".join([f"{words.OFFLINE_PENDING} {len(lines)} 人", *rows, "回复数字打开。"])


def chooser(lines: Sequence[Line], keys: Keys) -> Card:
    """The same list to tap."""
    options = [Option(one.ref, f"{one.number} {one.name} {one.left}") for one in lines]
    return button(
        f"{words.OFFLINE_PENDING} {len(lines)} 人",
        [Button("打开", keys("open"))],
        desc="选一位，点「打开」",
        select=Select("who", "选择人员", options, options[0].id),
        source=words.OFFLINE_PENDING,
    )


def nothing() -> str:
    """The empty list."""
    return "没有待线下反馈的人员。\n情景四至七反馈后会自动提醒您。"


def no_such_number(upper: int) -> str:
    """A number that is not on the list."""
    return f"名单只有 1–{upper} 号，没有改动。\n回复数字打开，或回复「{words.OFFLINE_PENDING}」重新列出。"


def old_list() -> str:
    """A press on an older list."""
    return f"这张名单已过时，没有改动。\n请发「{words.OFFLINE_PENDING}」重新列出。"
