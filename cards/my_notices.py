"""What a community worker sees of the notices that were sent: the list, one of them, its roster, its cancellation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
EXPECTS = {
    "listed": "请回复名单上的数字打开，或点卡片上的「打开」。",
    "reason": f"请回复{words.CANCEL_NOTICE}的原因。",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One notice of the list."""

    number: int
    ref: str
    title: str
    state: str
    people: str
    at: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice as its community sees it; `cars` are lines, `progress` says who has it."""

    title: str
    state: str
    close: int
    other: int
    people: int
    address: str
    at: str
    progress: str
    cars: Sequence[str]
    open: bool
    cancellable: bool


def title(place: str, number: int) -> str:
    """How people name a notice: `前埔南社区 第3单`."""
    return f"{place} 第{number}单"


def listing(lines: Sequence[Line], going: int) -> str:
    """The list as text."""
    rows = [f"{one.number} {one.title} {one.state} {one.people} {one.at}" for one in lines]
    return "\n".join([f"{words.MY_NOTICES}：进行中 {going} 单", *rows, "回复数字打开。"])


def chooser(lines: Sequence[Line], going: int, keys: Keys) -> Card:
    """The same list to tap."""
    options = [Option(one.ref, f"{one.number} {one.title} {one.state}") for one in lines[:10]]
    return button(
        f"{words.MY_NOTICES}：进行中 {going} 单",
        [Button("打开", keys("open"))],
        desc="选一单，点「打开」",
        select=Select("which", "选择通知", options, options[0].id),
        source=words.MY_NOTICES,
    )


def nothing() -> str:
    """The empty list."""
    return f"还没有转运通知。\n发「{words.NOTICE}」可以新建。"


def no_such_number(upper: int) -> str:
    """A number that is not on the list."""
    return f"名单只有 1–{upper} 号，没有改动。\n回复数字打开，或回复「{words.MY_NOTICES}」重新列出。"


def heading(title: str, state: str) -> str:
    """What stands on top of a notice's card."""
    return f"{title}：{state}"


def shown(one: Shown, ref: str, keys: Keys, abort: str = "") -> Card:
    """One notice: where it stands, and what can be done with it; `abort` is the key of 中止 once people board."""
    lines = [
        f"{words.CLOSE_CONTACT_COUNT}：{one.close}",
        f"{words.OTHER_COUNT}：{one.other}",
        f"{words.PICKUP_ADDRESS}：{one.address[:30]}",
        *one.cars[:2],
        *([f"等 {len(one.cars)} 辆车"] if len(one.cars) > 2 else []),
    ]
    buttons = [Button(words.DETAILS, keys("roster", ref), style=2)]
    if one.cancellable:
        buttons.append(Button(words.CANCEL_NOTICE, keys("cancel", ref), style=2))
    if abort:
        buttons.append(Button(words.ABORT_NOTICE, abort, style=3))
    return button(
        heading(one.title, one.state),
        buttons,
        desc=f"{one.people} 人，{one.at} 接车。{one.progress}",
        text="\n".join(lines),
        source=words.MY_NOTICES,
        colour=0 if one.open else 3,
    )


PART = 25  # riders in one message: a text holds 2,048 bytes


def roster(title: str, state: str, lines: Sequence[str], cars: Sequence[str]) -> list[str]:
    """Where it stands, which cars come and who is on it, in as many messages as it takes."""
    parts = [lines[at : at + PART] for at in range(0, len(lines), PART)] or [[]]
    first = "\n".join([f"{heading(title, state)}，{len(lines)} 人", *cars, *parts[0]])
    return [first, *("\n".join(part) for part in parts[1:])]


def rider(number: int, name: str, category: str, needs: str, state: str, plate: str) -> str:
    """One line of the roster; `plate` is the car the person should ride in, if there is one yet."""
    return f"{number} {name} {category}{f'（{needs}）' if needs else ''} {state} {plate}".rstrip()


def car(plate: str, label: str, room: int, at: str, state: str, driver: str, phone: str) -> str:
    """One car, with whom to ring; `label` is its class and what it has."""
    return f"{plate} {label} 可坐{room}人 {at} {state} {driver}{phone}"


def by(name: str, at: str, state: str) -> str:
    """Who did the last thing."""
    return f"{name} {at} {state}"


def ask_reason(title: str) -> str:
    """Why it is cancelled."""
    return f"{words.CANCEL_NOTICE}（{title}）尚未取消。\n请回复原因，例如：人员改由家属送达；不取消请回复「返回」。"


def reason_again() -> str:
    """A reason that says nothing."""
    return "没有写明原因，通知没有取消。\n请写一句话；不取消请回复「返回」。"


def kept(title: str) -> str:
    """返回: it stays."""
    return f"没有取消，{title} 仍然有效。"


def cancelled(title: str, people: int) -> str:
    """Done."""
    return f"已取消 {title}，{people} 人回到待转运，已保存。\n转运组和护送人员已收到告知。"


def cannot_cancel(title: str, state: str, by: str) -> str:
    """Too late, or over already; who did what."""
    return f"{title} {state}{f'（{by}）' if by else ''}，不能取消。没有改动。"


def aboard_already(title: str) -> str:
    """Somebody has boarded: only an explicit end for everybody is left (DOMAIN §2.6)."""
    return f"{title} 已有人上车，不能取消。没有改动。\n确需终止请点新卡片上的「{words.ABORT_NOTICE}」，并说明每人去向。"


def told_cancelled(title: str, by: str, reason: str) -> str:
    """To colleagues and escorts."""
    return f"{title} 已由{by}取消：{reason}\n名单上的人回到待转运，请不要再接这一单。"


def told_returned(title: str, reason: str) -> str:
    """To escorts who had heard of cars."""
    return f"{title} 已被转运组退回：{reason}\n名单上的人回到待转运，请不要再接这一单。"


def explained(title: str, state: str, people: int, by: str, since: str) -> str:
    """为什么: state, who has it, since when."""
    return f"{title} {state}，{people} 人。" + (f"\n{by} {since} 起办理。" if by else "\n转运组还没有接单。")


def old_list() -> str:
    """A press on an older list."""
    return f"这张名单已过时，没有改动。\n请发「{words.MY_NOTICES}」重新列出。"
