"""What people see when open items change hands: the card to acknowledge, word to who had them, word to the lead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards.template import Button, Card, Row, button

Keys = Callable[..., str]
STEPS = {
    "feedback": "核实反馈",
    "offline_duty": "线下反馈",
    "door_sensor": "门磁安装",
    "supplement_decision": "补充判定",
    "dispatcher_accept": "转运接单",
    "transfer": "转运",
    "hotel_confirm": "酒店接收",
    "accept_forward": "接收转发",
    "first_touch": "首次联系",
}


@dataclass(frozen=True, slots=True)
class Unmanned:
    """What waits where nobody is on duty: people to be fed back, how many of them late, forwards to be accepted."""

    waiting: int
    late: int
    offered: int


def line(step: str, name: str, category: str) -> str:
    """One item: what is to be done, for whom."""
    return " ".join(filter(None, (STEPS.get(step, step), name, category)))


def places(names: Sequence[str]) -> str:
    """One or two places by name, more as a number."""
    return "、".join(names) if len(names) <= 2 else f"{names[0]}等 {len(names)} 处"


def given(place: str, count: int, lines: Sequence[str], why: str, keys: Keys, *, again: bool = False) -> Card:
    """To the new holder: these are yours now; say that you know."""
    return button(
        f"交接给您 {count} 项，请确认",
        [Button("确认接班", keys("ack"))],
        desc=f"{place} · {why}" if place else why,
        text=_listed(lines, count),
        source="交接提醒" if again else "交接",
        colour=2 if again else 0,
    )


def vacant(
    place: str, count: int, lines: Sequence[str], rest: Unmanned, keys: Keys, reassign: str, *, again: bool = False
) -> Card:
    """To the lead: nobody is on duty; open items wait for somebody, and so does what nobody has taken."""
    rows = [Row(STEPS["accept_forward"], f"{rest.offered} 项")] if rest.offered else []
    if rest.waiting:
        rows.append(Row("待核实", f"{rest.waiting} 人（超时 {rest.late} 人）"))
    return button(
        f"无人在岗：{count} 项待安排",
        [Button("改派", reassign), Button("已知悉", keys("ack"), style=2)],
        desc=f"{place}现在没有在岗人员",
        text=_listed(lines, count),
        rows=rows,
        source="交接提醒" if again else "交接",
        colour=2,
    )


def _listed(lines: Sequence[str], count: int) -> str:
    return "\n".join([*lines, f"等共 {count} 项"] if count > len(lines) else lines)


def why_moved(by: str) -> str:
    """Why it comes: somebody decided, or somebody went off duty."""
    return f"{by}改派" if by else "原办理人已离岗"


def told_old(count: int, to: str, by: str, own: bool) -> str:
    """To whoever had them."""
    how = "您" if own else by or "因您已离岗，系统"
    return f"{how}已把 {count} 项交给{to}，已保存。\n您不用再办，旧卡片已失效。"


def told_old_vacant(count: int, lead: str) -> str:
    """To whoever had them, when nobody is there to take them."""
    return f"您手上 {count} 项现在无人接班，已报{lead}安排。\n安排前仍记在您名下。"


def told_by(count: int, to: str) -> str:
    """To whoever decided it."""
    return f"已改派 {count} 项给{to}，已保存；对方确认接班后会告诉您。"


def acknowledged(count: int) -> str:
    """确认接班."""
    return f"已确认接班，共 {count} 项，已保存。\n发「待核实」或「进度」看现在要办的。"


def told_acknowledged(name: str, count: int) -> str:
    """To the lead who decided it."""
    return f"{name} 已确认接班，共 {count} 项。"


def noted(count: int) -> str:
    """已知悉 by the lead."""
    if not count:
        return nothing_left()
    return f"已记下您知悉，{count} 项仍待安排。\n点「改派」或发「改派」安排人员。"


def already(name: str) -> str:
    """A second press, or a colleague was first."""
    return f"这次交接已由{name}确认，没有改动。"


def unheard(place: str, name: str, count: int) -> str:
    """To the lead: nobody has acknowledged."""
    return f"{place}交给{name}的 {count} 项还没有确认接班。\n请电话提醒，或发「改派」另行安排。"


def nothing_left() -> str:
    """All of it is done or lies with others by now."""
    return "这些事项都已办结或另有人办理，没有改动。\n发「进度」看全部情况。"
