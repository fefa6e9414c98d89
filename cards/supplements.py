"""What is seen of the list 补充人员: the list, one of it in detail, and how many wait for the CDC."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.parts import Person
from cards.template import Button, Card, Option, Row, Select, button

Keys = Callable[..., str]
PAGE = 8
MORE = ("下页", "下一页")
FILTERS = {"待判定": "undecided", "已判定": "decided", "退回补充": "returned", "已撤回": "withdrawn"}
EXPECTS = {"listed": "请回复名单上的数字打开，或回复「待判定」「退回补充」筛选。"}


@dataclass(frozen=True, slots=True)
class Line:
    """One supplemented person, masked: number on the page, id, name, what became of it, community, address."""

    number: int
    ref: str
    name: str
    state: str
    place: str
    address: str


def listing(total: int, lines: Sequence[Line], more: bool, what: str) -> str:
    """The list as text; it rides back in the door's own response."""
    head = f"{words.SUPPLEMENTS} {total} 人" + (f"（{what}）" if what else "")
    rows = [f"{one.number} {one.name} {one.state} {one.place} {one.address}" for one in lines]
    foot = (
        "回复数字打开；回复「待判定」「已判定」「退回补充」或地址可筛选" + ("；「下页」看后面" if more else "") + "。"
    )
    return "\n".join([head, *rows, foot])


def nothing(what: str) -> str:
    """The empty list."""
    if what:
        return f"没有符合「{what}」的补充人员。\n回复「{words.SUPPLEMENTS}」看全部。"
    return f"还没有补充人员。\n发「{words.SUPPLEMENT}」补充一位。"


def chooser(lines: Sequence[Line], total: int, more: bool, keys: Keys) -> Card:
    """The same list to tap."""
    options = [Option(line.ref, f"{line.number} {line.name} {line.state}") for line in lines]
    buttons = [Button("打开", keys("open"))]
    if more:
        buttons.append(Button("下一页", keys("more"), style=2))
    return button(
        f"{words.SUPPLEMENTS} {total} 人",
        buttons,
        desc="选一位，点「打开」",
        select=Select("who", "选择人员", options, options[0].id),
        source=words.SUPPLEMENTS,
    )


def detail(
    who: Person,
    state: str,
    decided: str,
    rows: Sequence[tuple[str, str]],
    reason: str,
    ref: str,
    keys: Keys,
    *,
    own: bool,
) -> Card:
    """One of them; who submitted it may correct or withdraw it while it is open."""
    acts = [Button(words.CORRECT, keys("correct", ref)), Button("撤回", keys("withdraw", ref), style=2)] if own else []
    return button(
        f"{who.name} {state}",
        [*acts, Button("返回名单", keys("list"), style=2)],
        desc=f"{decided} 判定" if decided else "判定前不能转运",
        text=f"退回原因：{reason}" if reason else "",
        rows=[Row(name, value) for name, value in rows if value][:6],
        source=words.SUPPLEMENTS,
    )


def no_such_number(upper: int) -> str:
    """A number that is not on the page."""
    return f"本页只有 1–{upper} 号，没有改动。\n回复数字打开，或回复「{words.SUPPLEMENTS}」重新列出。"


def old_list() -> str:
    """A press on an older list."""
    return f"这张名单已过时，没有改动。\n请发「{words.SUPPLEMENTS}」重新列出。"


def waiting(count: int, keys: Keys) -> Card:
    """To a member of the CDC: more waits than lies on the phone."""
    return button(
        f"还有 {count} 人待判定",
        [Button("继续判定", keys("next"))],
        desc="判完一位自动发下一位",
        source="补充待流调人员",
    )
