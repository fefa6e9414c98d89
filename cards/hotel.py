"""What the hotel sees of a manifest, what both sides see of what was found otherwise, and what became of a push."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Menu, Option, Row, Select, button, form

Keys = Callable[..., str]
EXPECTS = {
    "expected": f"请点「{words.CONFIRM_ARRIVAL}」，或逐人确认。",
    "checking": "请扫手环，或回复序号（可带房号，如 3 302）确认入住。",
    "fault": "请在卡片上选择异常类型后提交。",
    "note": "请写明异常情况；不报请回复「取消」。",
    "disputed": "请跟车员或转运组在卡片上答复。",
    "agreed": "可以回复「序号 房号」补记房号。",
}
FAULTS = {"missing": "少人", "extra": "多人", "swapped": "串环"}
ONE_BY_ONE = "逐人确认"
_WITH_ROOM = re.compile(r"(\d{1,3})(?:\s+|号\s*)([A-Za-z]?\d{3,5}[A-Za-z]?)房?")
_NUMBERS = re.compile(r"\d{1,3}(?:[\s,，、]+\d{1,2})*")


@dataclass(frozen=True, slots=True)
class Line:
    """One guest: number, masked name, category, state in words, room."""

    number: int
    name: str
    category: str
    state: str
    room: str = ""


def numbered(said: str) -> tuple[list[int], str]:
    """`3`, `1 2 3`, `3 302`, `3号 302房` as numbers of the list and a room; no numbers when it is none of these."""
    if one := _WITH_ROOM.fullmatch(said):
        return [int(one[1])], one[2]
    return ([int(each) for each in re.findall(r"\d+", said)] if _NUMBERS.fullmatch(said) else []), ""


def manifest(hotel: str, title: str, plate: str, label: str, at: str, people: int, arrived: int, keys: Keys) -> Card:
    """Who is on the way."""
    return button(
        f"在途 {people} 人，已入住 {arrived} 人",
        [
            Button(words.CONFIRM_ARRIVAL, keys("all")),
            Button(ONE_BY_ONE, keys("each"), style=2),
            Button(words.ARRIVAL_WRONG, keys("fault"), style=3),
        ],
        desc=hotel,
        text=f"「{words.CONFIRM_ARRIVAL}」为全部接收；也可逐人或扫手环确认，房号可选。",
        rows=[Row("车辆", f"{plate} {label}"), Row("转运单", title), Row("发车", at)],
        source="转运名单",
    )


def listing(lines: Sequence[Line]) -> str:
    """Everybody by number."""
    rows = [f"{one.number} {one.name} {one.category} {one.state}{f' {one.room}' if one.room else ''}" for one in lines]
    return "\n".join([*rows, "扫手环或回复序号确认；带房号如「3 302」，多人如「1 2 3」。"])


def arrived(name: str, done: int, people: int, room: str) -> str:
    """One line for each."""
    return f"✓ {name} 已入住 {done}/{people}" + (f"，{room}房" if room else "")


def lodged(name: str, room: str) -> str:
    """The room alone."""
    return f"✓ {name} 房号 {room}，已保存"


def already(name: str, at: str, by: str) -> str:
    """Twice."""
    return f"{name} 已于{at}由{by}确认入住，没有重复登记。"


def not_on_it(name: str) -> str:
    """Somebody who came with another vehicle, or to another hotel."""
    return f"✗ {name} 不在这张名单上，没有登记。多出来的人请点「{words.ARRIVAL_WRONG}」报「多人」。"


def unknown_code(said: str) -> str:
    """A code that is none, or nobody's, in one line."""
    return "✗ " + said.replace("\n", "")


def nobody_wears() -> str:
    """A band that is nobody's now."""
    return "✗ 这个手环没有绑定人员，没有登记。请核对证件后回复序号。"


def no_such_number(upper: int) -> str:
    """Not on the list."""
    return f"名单只有 1–{upper} 号，没有改动。\n请回复序号，可带房号，如 3 302。"


def all_in(title: str, people: int) -> str:
    """The hotel's receipt."""
    return f"已确认接收 {title} 全部 {people} 人，已保存，已告知各方。"


def told_all(hotel: str, title: str, plate: str, people: int, missing: Sequence[str]) -> str:
    """To dispatcher, escort, community and CDC."""
    rest = f"未到酒店：{'、'.join(missing)}，请社区立即联系。" if missing else "双方核对一致。"
    return f"{hotel}已接收 {title} {plate} 入住 {people} 人。\n{rest}"


def ask_fault(keys: Keys) -> Card:
    """Which kind."""
    options = [Option(key, label) for key, label in FAULTS.items()]
    return form(
        words.ARRIVAL_WRONG,
        [Select("kind", "异常类型", options, "missing")],
        Menu("提交", keys("kind")),
        desc="先逐人确认已到的人，再报少人；提交后请写明情况",
        source="转运名单",
    )


def ask_note(kind: str) -> str:
    """In words."""
    return f"{FAULTS[kind]}：请写明情况（谁、几人、手环码），尚未保存。\n不报请回复「取消」。"


def note_again() -> str:
    """Nothing was said."""
    return "异常情况没有内容，尚未保存。\n请写明情况，或回复「取消」。"


def fault_saved(kind: str) -> str:
    """The hotel's receipt."""
    return f"已上报{words.ARRIVAL_WRONG}（{FAULTS[kind]}），已保存，已通知跟车员和转运组。\n答复后会告诉您。"


def disputed(
    hotel: str, title: str, plate: str, kind: str, note: str, missing: Sequence[str], by: str, keys: Keys
) -> Card:
    """For escort and dispatcher: is it so?"""
    names = f"\n未确认：{'、'.join(missing)}" if missing else ""
    return button(
        f"{words.ARRIVAL_WRONG}：{FAULTS[kind]}",
        [Button("情况属实", keys("true")), Button("请再核对", keys("recheck"), style=2)],
        desc=hotel,
        text=f"{note}{names}",
        rows=[Row("车辆", plate), Row("转运单", title), Row("上报人", by)],
        source="转运名单",
        colour=2,
    )


def told_fault(hotel: str, title: str, plate: str, kind: str, note: str) -> str:
    """To community, lead and CDC."""
    return f"{hotel}报接收异常（{FAULTS[kind]}）：{title} {plate}。\n{note}"


def answered_true(by: str, kind: str) -> str:
    """To the hotel."""
    return f"{by}答复：{FAULTS[kind]}情况属实，已记录。"


def answered_recheck(by: str) -> str:
    """To the hotel."""
    return f"{by}请酒店再核对一遍名单，核对后请确认接收或再报异常。"


def answer_saved() -> str:
    """To whoever answered."""
    return "已答复酒店，已保存。"


def closed(state: str) -> str:
    """Pressed again."""
    return f"这张名单{state}，这次没有改动。"


def outdated() -> str:
    """An older card."""
    return "这张卡片已过时，没有改动。下面是现在的名单。"


def dropped() -> str:
    """取消."""
    return "已返回，没有改动。"


def explained(title: str, state: str, arrived_: int, people: int, expects: str) -> str:
    """为什么."""
    return f"{title}：{state}，已入住 {arrived_}/{people}。\n{expects}"


def nobody_there(hotel: str, title: str) -> str:
    """The hotel has nobody in the directory."""
    return f"{hotel}没有在册人员，{title} 的名单无人接收。\n请联系酒店，并请管理员补录人员。"


_LOST = {"address is not public": "推送地址不是公网地址", "no address": "没有推送地址或密钥"}


def why_lost(reason: str) -> str:
    """What became of the pushes, in words: refused with its number, never answered, or nowhere to go."""
    if reason.startswith("HTTP"):
        return f"对方拒收（{reason}）"
    return _LOST.get(reason, "对方没有应答")


def lost(hotel: str, title: str, plate: str, why: str, keys: Keys) -> Card:
    """The hotel's own system could not be told: somebody must see to it."""
    return button(
        "酒店系统没有收到名单",
        [Button("重新推送", keys("resend"))],
        desc=f"{hotel} {plate}",
        text="已重试 24 小时或被对方拒收。请先电话告知酒店，接口恢复后点「重新推送」。",
        rows=[Row("转运单", title), Row("原因", why_lost(why))],
        source="推送失败",
        colour=2,
    )


def resent(hotel: str) -> str:
    """重新推送."""
    return f"已重新推送给{hotel}的系统，结果失败会再通知。"


def not_lost() -> str:
    """Nothing to send again."""
    return "酒店系统已收到这张名单，或还在推送中，没有重复推送。"
