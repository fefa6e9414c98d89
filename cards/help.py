"""帮助, unknown input and greetings: short, by role, always saying what can be done now."""

from collections.abc import Sequence

_BY_ROLE = {
    "community": "社区：点卡片「核实反馈」，或发「待核实」看名单，回复数字打开。\n"
    "发「发放物品」发手环和物资，「点名」点到，「库存」看物资。\n"
    "　还可发：补充、补充人员、待线下反馈、转运准备、通知转运、我的通知、进度、汇报。",
    "cdc": "疾控：收到反馈点「接收」，补充人员在卡片上判定；名单用导入命令或接口下发。\n"
    "　还可发：待分派、补充人员、进度、汇报、改派。",
    "lead": "负责人：发「待核实」看本辖区进展，无人在岗时会通知您。\n　还可发：我的通知、补充人员、进度、汇报、改派。",
    "dispatcher": "转运组：收到转运通知点「接单」，再点「派车」回复车辆信息。",
    "escort": "护送：车到集合点发「接人上车」，选转运单后逐个扫码。",
    "hotel": "酒店：车辆发车后会收到名单卡片；发「待接收」看在途的名单。",
    "admin": "管理员：名册与规则用命令行维护。",
}
_ALWAYS = "随时可发：上班、下班、交接给某某、为什么、撤销、返回、取消；看不到卡片发「文字模式」。"


def helping(roles: Sequence[str], expects: str) -> str:
    """帮助: what this person can do, and what is expected now."""
    lines = [_BY_ROLE[role] for role in roles if role in _BY_ROLE]
    return "\n".join([*lines, _ALWAYS, f"现在：{expects}" if expects else "做到一半随时可以停，回来接着做。"])


def unknown(expects: str) -> str:
    """Input that means nothing here; nothing was saved."""
    return f"没看懂这句话，没有保存。\n{expects or '发「待核实」看任务，发「帮助」看能做什么。'}"


def did_you_mean(said: str, meant: str) -> str:
    """It sounds like a command that changes something: not done unless they say so."""
    return f"没看懂「{said[:10]}」，没有改动。\n是想发「{meant}」吗？是就回复「是」。"


def taken_as(meant: str) -> str:
    """It sounds like a command that only shows something: done at once."""
    return f"按「{meant}」办理："


def put_down() -> str:
    """返回, 取消: what was open is put down."""
    return "已放下，没有改动。\n发「待核实」看任务，发「帮助」看能做什么。"


def waits_for(expects: str) -> str:
    """为什么: the open question."""
    return f"现在：{expects}"


def explained(step: str, by: str, left: str, rule: str) -> str:
    """One step that waits: with whom, how long still, by which rule pack."""
    return f"{step}：由{by or '在岗人员'}办理，{left}（规则：{rule}）。"


def in_hand(count: int) -> str:
    """Everything in the member's own hands."""
    return f"手上共 {count} 项，发「进度」看全部。"


def nothing_open() -> str:
    """A word such as 返回 or 撤销 with nothing to go back from."""
    return "现在没有做到一半的事，没有改动。\n发「待核实」看任务，发「帮助」看能做什么。"


def nothing_to_undo() -> str:
    """撤销 without anything that can still be taken back."""
    return "最近 2 分钟没有可撤销的反馈，没有改动。\n更早的请在回执卡片上点「更正」。"


def not_readable() -> str:
    """A voice, video or place: we read text, taps and scans."""
    return "这类消息还读不了，没有保存。\n请用文字回复，或点卡片上的按钮。"
