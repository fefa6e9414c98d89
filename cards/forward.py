"""What sender, receiver and lead see of a forward; before it is accepted only category, surname and street."""

from collections.abc import Callable, Sequence

from cards import words
from cards.parts import Person
from cards.template import Button, Card, Row, button

Keys = Callable[..., str]
EXPECTS = {
    "offered": "请点「接收」或「退回」。",
    "reason": "请用文字写退回原因；不退回请回复「取消」。",
    "disputed": "请负责人在卡片上选定由哪个社区办理。",
}


def offered(who: Person, street: str, origin: str, used: str, left: str, keys: Keys) -> Card:
    """For the receiving community: the minimum."""
    return button(
        f"转入：{who.name[:1]}** {who.category}",
        [Button(words.ACCEPT, keys("accept")), Button(words.RETURN, keys("refuse"), style=2)],
        desc="接收后显示全部信息",
        rows=[Row("街道", street), Row("转出", f"{origin}（已用{used}）"), Row("时限", left)],
        source=f"转发 · {left}",
    )


def sent(who: Person, to: str, keys: Keys) -> Card:
    """For the sender: withdraw while nobody has answered."""
    return button(
        f"已转发：{who.name}",
        [Button("撤回", keys("withdraw"), style=2)],
        desc=f"等待{to}接收",
        text="对方接收前可撤回，时限继续计算。",
        source="转发",
    )


def disputed(who: Person, remarks: Sequence[str], sides: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """For the street's lead: it has come round in a circle; `sides` are (code, name) of sender and receiver."""
    buttons = [Button(name[:10], keys("rule", code), style=2) for code, name in sides]
    return button(
        f"转发有争议：{who.name} {who.category}",
        buttons,
        desc="两个社区互相转发，请选定由谁办理",
        text="\n".join(remarks),
        source="待裁定",
        colour=2,
    )


def remark(place: str, reason: str) -> str:
    """Why a community sent the task away."""
    return f"{place}：{reason or '认为不在本辖区'}"


def nobody_there(place: str) -> str:
    """Nobody on duty at the receiving community."""
    return f"有一人转发到{place}，但该社区没有在岗人员。\n请安排人员上岗，转发已保存。"


def accepted(who: Person) -> str:
    """To the receiver."""
    return f"已接收 {who.name}，已保存。\n请按新卡片电话核实。"


def told_accepted(who: Person, place: str, by: str) -> str:
    """To the sender."""
    return f"{who.name} 已由{place}{by}接收，您这边已办结。"


def ask_reason(who: Person) -> str:
    """Why it goes back."""
    return f"退回 {who.name[:1]}**，尚未保存。\n请回复退回原因，例如：该地址已核实不在本社区。"


def reason_again() -> str:
    """A reason that says nothing."""
    return "没有写明原因，尚未保存。\n请写一句话，例如：该地址已核实不在本社区；不退回请回复「取消」。"


def refused(who: Person) -> str:
    """To the receiver."""
    return f"已退回 {who.name[:1]}**，原因已一并转达，已保存。"


def told_refused(who: Person, place: str, reason: str) -> str:
    """To the sender."""
    return f"{place}退回了 {who.name}：{reason}\n已回到您的待办，请按新卡片重新核实。"


def withdrawn(who: Person) -> str:
    """To the sender."""
    return f"已撤回 {who.name} 的转发，已保存。\n请按新卡片继续核实。"


def ruled(who: Person, place: str) -> str:
    """To lead and sender."""
    return f"{who.name} 由{place}办理，已保存。"


def settled_already(who: Person, by: str, at: str, label: str) -> str:
    """A late press."""
    return f"{who.name[:1]}** 的转发{by}{f'于 {at} ' if at else ''}{label}，这次没有改动。"
