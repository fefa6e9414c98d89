"""What a worker sees where kits are given: 转运类型, households, a household's people, 更换 and the roll-call."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import mask, words
from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
PAGE = 8
CODES_FIT = 4  # people whose codes fit the text of a card beside them
ROLL = 10  # names in the drop-down of a roll-call: WeCom allows no more
MORE = ("下页", "下一页")
DUE = "due"
NO_ADDRESS = "无地址"
CALLED = {True: words.THERE, False: words.MISSING, None: ""}
EXPECTS = {
    "kind": "请点卡片选转运类型，或回复 1、2。",
    "menu": "请点「发放物品」或「点名」。",
    "search": "请回复地址、姓名或电话尾号，或名单上的数字。",
    "household": "请在卡片上选人，点「发放物资并扫码绑定」。",
    "scan": "请扫这位的防疫卡/手环，或输入卡面短码。",
    "reason": "请在卡片上选更换原因。",
    "partner": "请在卡片上选与谁对调。",
    "anew": "请扫新的防疫卡/手环，或输入卡面短码。",
    "roll": "请回复到场的编号，或直接扫手环。",
}
STANDING = {
    "due": "待发",
    "has": "已发",
    "unwilling": "未愿意",
    "undecided": "待判定",
    "not_fed_back": "未反馈",
    "at_home": "居家",
    "forwarded": "已转发",
    "away": "不在辖区",
    "gone": "已上车",
    "other_kind": "另一转运类型",
}
REASONS = dict(zip(("lost", "damaged", "wrong", "swapped"), words.REPLACE_REASONS, strict=True))
ENDED = REASONS | {"corrected": "反馈更正", "": ""}
"""Why a band was retired, by the reason that is kept with it; a batch's own reason stands as it was written."""

_CALLED = f"{words.MISSING}|{words.THERE}"
_NUMBERS = re.compile(rf"(?P<before>{words.MISSING})?(?P<numbers>[0-9 ,、]+)(?P<after>{_CALLED})?")


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household, masked: `tail` is the end of the 证件 for the roll-call, `call` "" or 到 or 未到."""

    number: int
    ref: str
    name: str
    tail: str
    standing: str
    code: str = ""
    call: str = ""

    def line(self, *, code: bool) -> str:
        """`1 王*明 0018 已发 7K3M-9QXW 到`, with the code or without."""
        return " ".join(filter(None, (self.label, STANDING[self.standing], self.code if code else "", self.call)))

    @property
    def label(self) -> str:
        """`1 王*明 0018`."""
        return " ".join(filter(None, (str(self.number), self.name, self.tail)))


@dataclass(frozen=True, slots=True)
class Home:
    """A household: `address` as the worker who looks for the door needs it; `due` and `given` count people."""

    key: str
    address: str
    due: int
    given: int

    @property
    def line(self) -> str:
        """`前埔南小区3栋2单元501室 应发5 已发2`."""
        return f"{self.address} 应发{self.due} 已发{self.given}"


def called(name: str, number: str) -> tuple[str, str]:
    """A name and the last four of a 证件, as the roll-call shows them."""
    return mask.name(name), mask.tail4(number)


def called_numbers(text: str, upper: int) -> tuple[list[int], bool]:
    """`1 3 5`, `2 未到`: the numbers, each once and from 1 to `upper`, and whether they are there; or no numbers."""
    said = _NUMBERS.fullmatch(unicodedata.normalize("NFKC", text).strip())
    which = list(dict.fromkeys(map(int, re.findall(r"[0-9]+", said["numbers"])))) if said else []
    if said is None or not all(1 <= one <= upper for one in which):
        return [], True
    return which, words.MISSING not in (said["before"], said["after"])


def ask_kind(kinds: Sequence[str], keys: Keys) -> Card:
    """转运类型: the first choice of all."""
    return button(
        words.TRANSPORT_KIND,
        [Button(kind, keys("kind", str(at))) for at, kind in enumerate(kinds)],
        desc="请选正确的转运类型",
        source=words.PREPARE,
    )


def menu(kind: str, keys: Keys) -> Card:
    """转运准备: what can be done for this 转运类型."""
    return button(
        f"{words.PREPARE}：{kind}",
        [Button(words.ISSUE, keys("list")), Button(words.ROLL_CALL, keys("roll"), style=2)],
        desc="发完物品后发「通知转运」申请车辆",
        source=words.PREPARE,
    )


def chooser(homes: Sequence[Home], total: int, kind: str, keys: Keys, *, more: bool) -> Card:
    """The households to tap, with 查看详情."""
    options = [Option(home.key, f"{number} {_end(home.address)}") for number, home in enumerate(homes, 1)]
    buttons = [Button(words.DETAILS, keys("details"))]
    if more:
        buttons.append(Button("下一页", keys("more"), style=2))
    return button(
        f"{kind} {total} 户",
        buttons,
        desc="选一户，点「查看详情」",
        select=Select("home", "选择地址", options, options[0].id),
        source=words.ISSUE,
    )


def household(home: Home, members: Sequence[Member], keys: Keys) -> Card:
    """查看详情: the people of one household, and what can be done for whoever is chosen.

    It stays while one code after another is scanned, so 更换 and 撤销 are on it from the beginning.
    """
    chosen = next((one.ref for one in members if one.standing == DUE), members[0].ref)
    shown = members[:10]
    first = sorted(members, key=lambda one: one.standing != DUE)[:10]  # a drop-down holds ten: whoever is due is in it
    options = [Option(one.ref, f"{one.label} {STANDING[one.standing][:2]}") for one in first]
    buttons = [Button(words.ISSUE_AND_BIND, keys("issue", home.key))] if any(m.standing == DUE for m in members) else []
    buttons += [
        Button(words.THERE, keys("there", home.key), style=2),
        Button(words.MISSING, keys("missing", home.key), style=2),
        Button(words.REPLACE, keys("replace", home.key), style=2),
        Button(words.UNDO, keys("undo"), style=2),
    ]
    return button(
        home.address[-26:],
        buttons,
        desc=f"应发{home.due} 已发{home.given}",
        text="\n".join(one.line(code=len(shown) <= CODES_FIT) for one in shown),
        select=Select("who", "选择人员", options, chosen),
        source=words.ISSUE,
    )


def ask_reason(name: str, tail: str, code: str, keys: Keys) -> Card:
    """更换: why."""
    return button(
        f"{words.REPLACE}：{name} {tail}",
        [Button(label, keys("why", reason), style=1 if reason == "lost" else 2) for reason, label in REASONS.items()],
        desc=f"现在的码 {code}",
        text="选原因后扫新的一只；旧的立即停用，不能再给任何人。",
        source=words.ISSUE,
    )


def ask_partner(name: str, members: Sequence[Member], keys: Keys) -> Card:
    """对调: with whom the bands were mixed up."""
    options = [Option(one.ref, one.label) for one in members[:10]]
    return button(
        f"{name} 与谁戴反了？",
        [Button("选定", keys("partner"))],
        desc="两只都停用，各换一只新的",
        select=Select("who", "对调的人", options, options[0].id),
        source=words.ISSUE,
    )


def roll(kind: str, members: Sequence[Member], total: int, there: int, keys: Keys, *, more: bool) -> Card:
    """点名: one after another."""
    options = [Option(one.ref, f"{one.label} {one.call}") for one in members[:ROLL]]
    buttons = [Button(words.THERE, keys("here")), Button(words.MISSING, keys("absent"), style=2)]
    buttons.append(Button("本页全到", keys("all_here"), style=2))
    if more:
        buttons.append(Button("下一页", keys("roll_on"), style=2))
    uncalled = next((one.ref for one in members[:ROLL] if not one.call), options[0].id)
    return button(
        f"{words.ROLL_CALL} {kind} {total} 人",
        buttons,
        desc=f"已到 {there} 人",
        select=Select("who", "选择人员", options, uncalled),
        source=words.ROLL_CALL,
    )


def _end(address: str) -> str:
    """What of an address fits an option: its end tells the doors apart."""
    return address if len(address) <= 13 else f"…{address[-12:]}"
