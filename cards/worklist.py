"""What a worker sees of the list 待核实 and of what is pushed: the list, the digest, nobody on duty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
PAGE = 8
LATE = "超时"
MORE = ("下页", "下一页")
EXPECTS = {"listed": "请回复名单上的数字打开，或点卡片上的「打开」。"}


@dataclass(frozen=True, slots=True)
class Line:
    """One waiting person, masked: number on the page, id, name, category, address and the time left."""

    number: int
    ref: str
    name: str
    category: str
    address: str
    left: str
    holder: str = ""


def listing(total: int, late: int, lines: Sequence[Line], more: bool, what: str) -> str:
    """The list as text; it rides back in the door's own response."""
    head = f"待核实 {total} 人，超时 {late} 人" + (f"（{what}）" if what else "")
    rows = [f"{one.number} {one.name} {one.category} {one.address} {one.left}{_by(one)}" for one in lines]
    foot = "回复数字打开；回复「超时」或地址可筛选" + ("；「下页」看后面" if more else "") + "。"
    return "\n".join([head, *rows, foot])


def _by(line: Line) -> str:
    return f"（{line.holder}办理中）" if line.holder else ""


def nothing(what: str) -> str:
    """The empty list."""
    return (
        f"没有符合「{what}」的待核实人员。\n回复「待核实」看全部。"
        if what
        else "现在没有待核实人员。\n新名单到了会立即推送给您。"
    )


def chooser(lines: Sequence[Line], total: int, late: int, more: bool, keys: Keys) -> Card:
    """The same list to tap: a drop-down and 打开."""
    options = [Option(line.ref, f"{line.number} {line.name} {line.left}") for line in lines]
    buttons = [Button("打开", keys("open"))]
    if more:
        buttons.append(Button("下一页", keys("more"), style=2))
    if late:
        buttons.append(Button("只看超时", keys("late"), style=2))
    return button(
        f"待核实 {total} 人",
        buttons,
        desc=f"其中超时 {late} 人" if late else "选一位，点「打开」",
        select=Select("who", "选择人员", options, options[0].id),
        source="待核实",
        colour=2 if late else 0,
    )


def digest(place: str, fresh: int, total: int, late: int, keys: Keys) -> Card:
    """A list has come in: how many are new, how many wait in all."""
    return button(
        f"{place}：新到 {fresh} 人待核实",
        [Button("待核实", keys("list"))],
        desc=f"共 {total} 人待核实，超时 {late} 人",
        text="先发前几位的卡片，办完一位自动发下一位。",
        source="流调结果名单",
    )


def nobody_on_duty(place: str, count: int) -> str:
    """Told to the lead at once."""
    return f"{place} 新到 {count} 人待核实，但该社区没有在岗人员。\n请安排人员上岗或改派，名单已保存。"


def old_list() -> str:
    """A press on an older list."""
    return "这张名单已过时，没有改动。\n请发「待核实」重新列出。"


def no_such_number(upper: int) -> str:
    """A number that is not on the page."""
    return f"本页只有 1–{upper} 号，没有改动。\n回复数字打开，或回复「待核实」重新列出。"
