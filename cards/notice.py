"""What a community worker sees while writing a transport notice (通知转运), household by household, to 确认通知."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import limits, words
from cards.template import Button, Card, Menu, Option, Select, button, form, vote

Keys = Callable[..., str]
PAGE = 20  # households on one card: the most a vote holds
HOME_MARKS = "号住户"  # what may stand behind the number of a household: 3号, 3户, 3号住户
EXPECTS = {
    "place": "请在卡片上选择社区。",
    "people": "请在卡片上勾选住户后提交，或回复户号（如「1号」）调整成员。",
    "members": "请在卡片上勾选这一户要转运的人。",
    "address": f"请回复{words.PICKUP_ADDRESS}，或点卡片上的地址。",
    "time": "请回复接车时间，例如 15:30。",
    "counts": "请回复两个人数，例如：3 1。",
    "why": "请回复人数与名单不同的原因。",
    "review": f"请核对后点「{words.CONFIRM_NOTICE}」。",
}
NEED = {"wheelchair": "轮椅", "ambulance": "120", "companion": "陪护"}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household as chat may show them."""

    ref: str
    name: str
    category: str
    needs: Sequence[str]
    chosen: bool

    @property
    def shown(self) -> str:
        """Masked name, with what they need: `林*英（轮椅）`."""
        marks = "、".join(NEED[need] for need in self.needs if need in NEED)
        return f"{self.name}（{marks}）" if marks else self.name


@dataclass(frozen=True, slots=True)
class Home:
    """One household of the list: its number, masked address and members."""

    number: int
    address: str
    members: Sequence[Member]

    @property
    def chosen(self) -> bool:
        """Whether anybody of it is to ride."""
        return any(member.chosen for member in self.members)

    @property
    def line(self) -> str:
        """One line of the list; whoever stays behind is named as such."""
        riding = "、".join(member.shown for member in self.members if member.chosen)
        staying = "、".join(member.shown for member in self.members if not member.chosen)
        return f"{self.number} {self.address} {riding or '不转运'}" + (
            f"；本次不转运：{staying}" if riding and staying else ""
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice as it stands before 确认通知."""

    place: str
    names: Sequence[str]
    homes: int
    close: int
    other: int
    reason: str
    address: str
    at: str


def opening(ready: int, homes: int, open_notices: int, draft: bool, keys: Keys, mine: Keys) -> Card:
    """通知转运: how many are ready, and 新增."""
    buttons = [Button(words.NEW, keys("new"))]
    if draft:
        buttons.append(Button("继续填写", keys("resume"), style=2))
    buttons.append(Button(words.MY_NOTICES, mine("list"), style=2))
    return button(
        f"{words.NOTICE}：可转运 {ready} 人",
        buttons,
        desc=f"{homes} 户，愿意转运且未列入其他通知",
        text=f"进行中的通知 {open_notices} 单。",
        source=words.NOTICE,
    )


def nobody(unwilling: int) -> str:
    """Nobody is ready; why."""
    if unwilling:
        return f"现在没有可转运的人员，没有新建通知。\n另有 {unwilling} 人待转运但尚未愿意配合，劝导后请更正反馈。"
    return "现在没有可转运的人员，没有新建通知。\n反馈「需集中医学观察」且愿意配合的人会列在这里。"


def too_many(most: int, count: int) -> str:
    """More than one notice should hold."""
    return f"一单最多 {most} 人，现在选了 {count} 人，尚未提交。\n请减少住户，其余另建一单。"


def choose_place(places: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """Whoever serves several communities says for which."""
    return form(
        f"{words.NEW}{words.NOTICE}：选择社区",
        [Select("place", "社区", [Option(code, name) for code, name in places[:10]])],
        Menu("下一步", keys("place")),
        source=words.NOTICE,
    )


LONGEST_LINE = 30  # so that twenty households and the way on fit into one text of 2,048 bytes


def listing(homes: Sequence[Home], total: int, page: int, pages: int) -> str:
    """The households of one page as text."""
    head = f"可转运 {total} 人" + (f"（第 {page}/{pages} 页）" if pages > 1 else "")
    cure = "默认全选；在卡片上去掉不转运的住户，或回复户号（如「1号」）只调整其中的人。"
    longest = LONGEST_LINE if len(homes) > 8 else 3 * LONGEST_LINE
    return "\n".join([head, cure, *(limits.cut(home.line, longest) for home in homes)])


def choose_homes(homes: Sequence[Home], page: int, pages: int, keys: Keys) -> Card:
    """Who rides, household by household, everybody ticked."""
    options = [Option(str(home.number), _home(home), home.chosen) for home in homes]
    return vote(
        "选择转运的住户" + (f" {page}/{pages}" if pages > 1 else ""),
        "homes",
        options,
        Menu("下一页" if page < pages else "下一步", keys("homes")),
        desc="默认全选，去掉本次不转运的住户",
        many=True,
        source=words.NOTICE,
    )


def _home(home: Home) -> str:
    first = home.members[0].name
    size = len(home.members)
    return f"{home.number} {first}{f'等{size}人' if size > 1 else ''} {home.address}"


def choose_members(home: Home, keys: Keys) -> Card:
    """Who of one household rides."""
    options = [Option(one.ref, f"{one.shown} {one.category}", one.chosen) for one in home.members]
    return vote(
        f"{home.number} 号住户成员",
        "members",
        options,
        Menu("确定", keys("members", str(home.number))),
        desc=home.address,
        many=True,
        source=words.NOTICE,
    )


def nobody_chosen() -> str:
    """Everybody was taken off."""
    return "没有选任何人，尚未提交。\n请至少勾选一户；不发通知请回复「取消」。"


def no_such_home(upper: int) -> str:
    """A number that is not on the list."""
    return f"只有 1–{upper} 号住户，没有改动。\n请回复户号，或在卡片上勾选后提交。"


def ask_address(close: int, other: int) -> str:
    """Where the car comes to."""
    counted = f"已选 {close + other} 人：密接 {close}，非密接 {other}，尚未发出。"
    return f"{counted}\n请回复{words.PICKUP_ADDRESS}，例如：前埔南小区北门。"


def choose_address(addresses: Sequence[str], keys: Keys) -> Card:
    """The last places, to tap."""
    listed = "\n".join(f"{number} {address}" for number, address in enumerate(addresses, 1))
    buttons = [Button(f"用地址{number}", keys("address", str(number)), 2) for number in range(1, len(addresses) + 1)]
    return button(
        words.PICKUP_ADDRESS, buttons, desc="最近用过的，也可直接回复新地址", text=listed, source=words.NOTICE
    )


PICKUP_TIME = "接车时间"
TIMES = {"0": "尽快", "60": "1小时后", "120": "2小时后"}


def ask_time(keys: Keys) -> Card:
    """When."""
    buttons = [Button(label, keys("time", minutes), style=2) for minutes, label in TIMES.items()]
    return button(PICKUP_TIME, buttons, desc="点选，或直接回复，例如 15:30、明天9:00", source=words.NOTICE)


def ask_counts(close: int, other: int) -> str:
    """The two counts, typed."""
    return (
        f"名单为密接 {close} 人、非密接 {other} 人。请回复两个数字，尚未保存：\n"
        f"{words.CLOSE_CONTACT_COUNT} {words.OTHER_COUNT}，例如：{close} {other}"
    )


def numbers(text: str) -> list[str]:
    """The words of `密接3 非密接1`, `3，1` or `3 1`, labels and marks taken off."""
    bare = re.sub(r"(?:非密接|密接)?(?:车辆)?(?:转运)?人数|非密接|密接|[:：人]", " ", text)
    return re.split(r"[\s,，、;；/]+", bare.strip()) if bare.strip() else []


def two_numbers() -> str:
    """Not two numbers."""
    return "请回复两个整数，尚未保存。\n例如：3 1（密接 3 人，非密接 1 人）。"


def both_zero() -> str:
    """Nobody at all."""
    return f"「{words.CLOSE_CONTACT_COUNT}」和「{words.OTHER_COUNT}」不能都是 0，尚未保存。\n请重新回复两个数字。"


def wrong(field: str, what: str, cure: str) -> str:
    """A field that cannot be taken."""
    return f"「{field}」{what}，尚未保存。\n{cure}。"


def ask_why() -> str:
    """Why the counts differ from the list."""
    return "人数与名单不同，尚未保存。\n请回复原因，例如：其中一人由家属自行送达。"


def why_again() -> str:
    """A reason that says nothing."""
    return "没有写明原因，尚未保存。\n请写一句话；不改人数请回复「返回」。"


def review(draft: Draft, keys: Keys) -> Card:
    """All of it, before 确认通知."""
    who = "、".join(draft.names[:6]) + (f"等 {len(draft.names)} 人" if len(draft.names) > 6 else "")
    lines = [
        f"{words.CLOSE_CONTACT_COUNT}：{draft.close}",
        f"{words.OTHER_COUNT}：{draft.other}",
        f"{words.PICKUP_ADDRESS}：{draft.address[:30]}",
        f"名单：{who}",
        *([f"人数说明：{draft.reason[:16]}"] if draft.reason else []),
    ]
    buttons = [
        Button(words.CONFIRM_NOTICE, keys("confirm")),
        Button("改人员", keys("change", "people"), style=2),
        Button("改人数", keys("change", "counts"), style=2),
        Button("改地址", keys("change", "address"), style=2),
        Button("改时间", keys("change", "time"), style=2),
    ]
    return button(
        f"转运通知：{draft.place} {len(draft.names)} 人",
        buttons,
        desc=f"{draft.homes} 户，{draft.at} 接车，尚未发出",
        text="\n".join(lines),
        source=words.NOTICE,
        colour=2,
    )


def gone(names: Sequence[str]) -> str:
    """Some are no longer ready; they were taken off the draft, nothing was sent."""
    return f"{'、'.join(names)} 已列入其他转运通知或状态已变，已从本单去掉。\n通知还没有发出，请核对后再确认。"


def time_passed() -> str:
    """The draft lay too long."""
    return "接车时间已经过去，通知还没有发出。\n请重新回复接车时间，例如 15:30。"


def sent(number: int, people: int, at: str) -> str:
    """It is with the 转运组."""
    told = f"已通知转运组：第{number}单，{people} 人，{at} 接车，已保存。"
    return f"{told}\n接单、派车后会告诉您；发「{words.MY_NOTICES}」看进展。"


def dropped() -> str:
    """取消: nothing was sent."""
    return "已放弃填写，没有发出转运通知。\n需要时发「通知转运」重新开始。"


def explained(expects: str) -> str:
    """为什么: what is still needed."""
    return f"转运通知还没有发出。\n{expects or '发「通知转运」开始。'}"


def moved_on() -> str:
    """A press on an older card."""
    return "这一步已经过去，没有改动。\n请看最新的卡片，或发「通知转运」重新开始。"


def both(close: int, other: int) -> str:
    """The two counts in short."""
    return f"密接{close} 非密接{other}"
