"""What a community worker sees of one verification, from the pending card to the receipt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cards import parts, words
from cards.parts import Person
from cards.template import Button, Card, Menu, Option, Row, Select, button, form

Keys = Callable[..., str]
UNCHOSEN = Option("0", "请选择")
INFO = {"same": "信息一致", "fix": "信息不一致，需要修改"}
DOOR = {"yes": "是", "no": "否", "na": "不适用"}
WILLING = {"yes": "愿意", "persuading": "劝导中", "refused": "拒绝"}
NEEDS = {"wheelchair": "轮椅", "ambulance": "120", "companion": "陪护", "other": "其他"}

EXPECTS = {
    "waiting": "请点卡片上的「核实反馈」，或先点「显示电话」打电话核实。",
    "form": "请在卡片上选择三项后点「提交」，或直接回复结果数字 1–7。",
    "remark": "请用文字写核实备注。",
    "review": "请点「确认反馈」或「修改」。",
}


def pending(who: Person, due: datetime, now: datetime, keys: Keys, held_by: str = "") -> Card:
    """Somebody waits to be verified."""
    late = due < now
    return button(
        f"{who.name} {who.category}",
        [
            Button(words.VERIFY, keys("feedback")),
            Button(words.SHOW_PHONE, keys("phone"), style=2),
        ],
        desc=f"{held_by}核实中" if held_by else "请先电话联系本人，再反馈",
        rows=[
            Row("电话", who.phone),
            Row("证件", who.id_number),
            Row("住址", who.address),
            Row("关联病例", who.index_case),
            Row("时限", f"{parts.left(due, now)}（{parts.clock(due, now)}前）"),
        ],
        source=f"待核实 · {parts.left(due, now)}",
        colour=2 if late else 0,
    )


def ask_form(who: Person, keys: Keys, chosen: Mapping[str, str]) -> Card:
    """The form: is the person's data right, which of the seven results, is the door sensor fitted."""
    results = [UNCHOSEN, *(Option(str(n), label) for n, label in words.RESULTS.items())]
    return form(
        f"核实反馈：{who.name}",
        [
            _select("info", "个人信息是否正确", [Option(k, v) for k, v in INFO.items()], chosen),
            _select("result", "核实反馈结果", results, chosen),
            _select("door", "门磁是否安装", [UNCHOSEN, *(Option(k, v) for k, v in DOOR.items())], chosen),
        ],
        Menu("提交", keys("submit")),
        desc=f"{who.category}  {who.phone}\n{who.address}",
        source="核实反馈",
    )


def _select(key: str, title: str, options: Sequence[Option], chosen: Mapping[str, str]) -> Select:
    return Select(key, title, options, chosen.get(key, options[0].id))


def ask_door(who: Person, keys: Keys) -> Card:
    """The door sensor, asked alone when the form left it open."""
    buttons = [Button(label, keys("door", key), style=1 if key == "yes" else 2) for key, label in DOOR.items()]
    return button(f"{who.name}：门磁是否安装", buttons, desc="选一项后继续", source="核实反馈")


def ask_willing(who: Person, keys: Keys) -> Card:
    """Whether the person agrees to be moved; only 愿意 can be listed for transport."""
    buttons = [Button(label, keys("willing", key), style=1 if key == "yes" else 2) for key, label in WILLING.items()]
    return button(f"{who.name}：是否愿意配合转运", buttons, desc="拒绝的会上报负责人", source="核实反馈")


def ask_reason(who: Person, reasons: Sequence[str], keys: Keys) -> Card:
    """Why the person may stay at home; the reasons come from the rule pack."""
    options = [Option(str(n), reason) for n, reason in enumerate(reasons[:10], 1)]
    return form(
        f"{who.name}：居家隔离原因",
        [Select("reason", "居家原因", options, "1")],
        Menu("提交", keys("reason")),
        desc="选一项后提交",
        source="核实反馈",
    )


def review(who: Person, result: str, rows: Sequence[tuple[str, str]], remark: str, keys: Keys) -> Card:
    """Everything that was answered, before it is fed back."""
    return button(
        f"请确认：{who.name}",
        [Button(words.CONFIRM_FEEDBACK, keys("confirm")), Button("修改", keys("change"), style=2)],
        desc=f"结果{result} {words.RESULTS[int(result)]}",
        text=f"备注：{remark}" if remark else "",
        rows=[Row(name, value) for name, value in rows],
        source="尚未保存 · 请确认",
    )


def answer_rows(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The closed answers as lines for the review and for the CDC."""
    lines = [("个人信息", INFO.get(answers.get("info", ""), "")), ("门磁", DOOR.get(answers.get("door", ""), ""))]
    lines += [("转运意愿", WILLING.get(answers.get("willing", ""), "")), ("居家原因", answers.get("reason", ""))]
    return [line for line in lines if line[1]]


def held(who: Person, by: str, since: str, key: str) -> Card:
    """A colleague has it; `key` takes it from that colleague, and from nobody else."""
    return button(
        f"{who.name} {who.category}",
        [Button(words.TAKE_OVER, key, style=2)],
        desc=f"{by} {since} 起核实中",
        text="如需由您办理，点「接手」，双方都会收到通知。",
        source="同事办理中",
    )


# ── sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def phone_shown(name: str, phone: str) -> str:
    """The full number, for the holder alone; the reveal has been logged."""
    return f"{name} 电话：{phone}（查看已记录）\n打完电话请点「核实反馈」。"


def no_phone(name: str) -> str:
    """The list gave no number."""
    return f"{name} 名单上没有电话，没有改动。\n请按住址上门核实，或在「核实反馈」里更正。"


def held_by_other(by: str, since: str) -> str:
    """Somebody else was first."""
    return f"{by} {since} 已接手，您这一步没有保存。\n需要由您办理请点新卡片上的「接手」。"


def ask_remark(who: Person, result: int) -> str:
    """The remark is typed."""
    return f"{who.name} 选了「{words.RESULTS[result]}」，尚未保存。\n请回复核实备注（写明核实到的情况）。"


def remark_again() -> str:
    """A remark that says nothing is no remark."""
    return "这条备注没有内容，尚未保存。\n请写明核实到的具体情况，例如去向、时间、联系经过。"


def choose_result() -> str:
    """The form came without a result."""
    return "还没有选「核实反馈结果」，没有保存。\n请在新卡片上选好再提交，或直接回复数字 1–7。"


def reported(who: Person, result: int, next_words: str) -> str:
    """It is saved and the CDC has it."""
    return f"已保存并反馈疾控：{who.name}，{words.RESULTS[result]}。\n{next_words}"


def already(who: Person, by: str, at: str, label: str) -> str:
    """A late press on something that is finished."""
    return f"{who.name} 已由{by}于 {at} 反馈（{label}），这次没有改动。\n发「待核实」看其他任务。"


def moved_on(who: Person) -> str:
    """A press on an older card of one's own task."""
    return f"{who.name} 这张卡片已过时，没有改动。\n请用刚发的新卡片继续。"


def taken_over(who: Person, by: str) -> str:
    """Told to the old holder."""
    return f"{who.name} 已由{by}接手，您不用再办。\n您填到一半的内容已一并转过去。"


def pick_one() -> str:
    """A number was typed while several cards lie open."""
    return "您手上有几张卡片，不知道是哪一位，没有保存。\n请先点那一位卡片上的「核实反馈」。"
