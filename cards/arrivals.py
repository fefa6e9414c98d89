"""The list 待接收 as a hotel's desk sees it: every manifest that is on its way or not settled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
EXPECTS = {"listed": "请回复名单上的数字打开，或点卡片上的「打开」。"}


@dataclass(frozen=True, slots=True)
class Line:
    """One manifest: number on the list, its id, `前埔南社区 第3单`, plate, when it left, how many are still to come."""

    number: int
    ref: str
    title: str
    plate: str
    at: str
    state: str
    left: int
    people: int


def _waits(lines: Sequence[Line]) -> str:
    return f"{words.ARRIVALS} {len(lines)} 张名单，在途 {sum(one.left for one in lines)} 人"


def listing(lines: Sequence[Line]) -> str:
    """The list as text."""
    rows = [
        f"{one.number} {one.title} {one.plate} {one.at}发车 {one.state}，未到 {one.left}/{one.people} 人"
        for one in lines
    ]
    return "\n".join([_waits(lines), *rows, "回复数字打开。"])


def chooser(lines: Sequence[Line], keys: Keys) -> Card:
    """The same list to tap."""
    options = [Option(one.ref, f"{one.number} {one.plate} {one.left}人") for one in lines[:10]]
    return button(
        _waits(lines),
        [Button("打开", keys("open"))],
        desc="选一张名单，点「打开」",
        select=Select("which", "选择名单", options, options[0].id),
        source=words.ARRIVALS,
    )


def nothing() -> str:
    """The empty list."""
    return "没有待接收的名单。\n车辆发车后名单会立即推送给您。"


def no_such_number(upper: int) -> str:
    """A number that is not on the list."""
    return f"名单只有 1–{upper} 号，没有改动。\n回复数字打开，或回复「{words.ARRIVALS}」重新列出。"


def old_list() -> str:
    """A press on an older list."""
    return f"这张名单已过时，没有改动。\n请发「{words.ARRIVALS}」重新列出。"
