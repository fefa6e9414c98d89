"""What a community worker sees of one verification, from the pending card to the receipt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cards import mask, parts, words
from cards.parts import Person
from cards.template import Button, Card, Menu, Option, Row, Select, button, form, vote

Keys = Callable[..., str]
OTHER = ("其他",)
UNCHOSEN = Option("0", "请选择")
INFO = {"same": words.INFO_RIGHT, "fix": words.INFO_WRONG}
DOOR = dict(zip(("yes", "no", "na"), words.DOOR_ANSWERS, strict=True))
WILLING = dict(zip(("yes", "persuading", "refused"), words.WILLINGNESS, strict=True))
NEEDS = {"wheelchair": "轮椅", "ambulance": "120", "companion": "陪护", "other": "其他"}
CALLS = dict(
    zip(("answered", "unanswered", "off", "no_such_number", "rejected", "busy"), words.CALL_OUTCOMES, strict=True)
)
FIELDS = {
    "name": "姓名",
    "sex": "性别",
    "id_type": "证件类型",
    "id_number": "证件号码",
    "phone": "联系电话",
    "address": "详细地址",
}
MISSING = {
    "form": "三项选择",
    "call": "通话记录",
    "fields": "要更正的项目",
    "value": "更正的内容",
    "door": "门磁是否安装",
    "place": "实际居住的街道和社区",
    "remark": "核实备注",
    "willing": "转运意愿",
    "needs": "特殊需求",
    "reason": "居家原因",
    "review": "点「确认反馈」",
}
EXPECTS = {
    "waiting": "请点卡片上的「核实反馈」，或先点「显示电话」打电话核实。",
    "form": "请在卡片上选择三项后点「提交」，或直接回复结果数字 1–7。",
    "call": "请先记录通话结果，点卡片上的按钮即可。",
    "fields": "请在卡片上勾选要更正的项目后提交。",
    "value": "请用文字写出正确的内容。",
    "door": "请点「是」「否」或「不适用」。",
    "place": "请写实际居住的街道和社区，例如 侨英街道孙厝社区。",
    "choice": "请在卡片上选一个社区后提交，或重新写地名。",
    "remark": "请用文字写核实备注。",
    "willing": "请点「愿意」「劝导中」或「拒绝」。",
    "needs": "请在卡片上勾选后提交，没有就直接提交。",
    "reason": "请在卡片上选居家原因后提交。",
    "family": "请在卡片上勾选同住人后提交。",
    "review": "请点「确认反馈」或「修改」。",
}


def pending(who: Person, due: datetime, now: datetime, keys: Keys) -> Card:
    """Somebody waits to be verified."""
    left = parts.left(due, now)
    return button(
        f"{who.name} {who.category}",
        [
            Button(words.VERIFY, keys("feedback")),
            Button(words.SHOW_PHONE, keys("phone"), style=2),
            Button(words.HAND_TO_COLLEAGUE, keys("hand_over"), style=2),
        ],
        desc="请先电话联系本人，再反馈",
        rows=[
            Row("电话", who.phone),
            Row("证件", who.id_number),
            Row("住址", who.address),
            Row("关联病例", who.index_case),
            Row("时限", f"{left}（{parts.clock(due, now)}前）"),
        ],
        source=f"待核实 · {left}",
        colour=2 if due < now else 0,
    )


def ask_call(who: Person, keys: Keys, shown: str = "") -> Card:
    """How the call went; each press is one attempt, and uses the card up. `shown` is the number, for the holder."""
    buttons = [Button(label, keys("called", key), style=1 if key == "answered" else 2) for key, label in CALLS.items()]
    return button(f"{who.name}：通话结果", buttons, desc="打完电话点一下，每次都要记", text=shown, source="电话联系")


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


def ask_needs(who: Person, keys: Keys) -> Card:
    """What transport has to know; none is an answer too."""
    options = [Option(key, label) for key, label in NEEDS.items()]
    return vote(
        f"{who.name}：特殊需求",
        "needs",
        options,
        Menu("提交", keys("needs")),
        desc="可多选，没有就直接提交",
        many=True,
        source="核实反馈",
    )


def ask_fields(who: Person, keys: Keys) -> Card:
    """Which personal data are wrong."""
    options = [Option(key, label) for key, label in FIELDS.items()]
    return vote(
        f"{who.name}：哪些不对",
        "fields",
        options,
        Menu("提交", keys("fields")),
        desc="勾选要更正的项目，提交后逐项填写",
        many=True,
        source=words.INFO_WRONG,
    )


def choose_place(who: Person, found: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """The communities that the typed words may mean."""
    options = [Option(code, label, checked=n == 0) for n, (code, label) in enumerate(found)]
    return vote(
        f"{who.name}：实际住在",
        "place",
        options,
        Menu("提交", keys("place")),
        desc="选一个社区后提交；都不是就重新回复地名",
        source="核实反馈",
    )


def choose_colleague(who: Person, named: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """Whom to hand the task to."""
    options = [Option(userid, name) for userid, name in named]
    return form(
        f"{words.HAND_TO_COLLEAGUE}：{who.name}",
        [Select("to", "转给", options, options[0].id)],
        Menu("转交", keys("hand_to")),
        desc="转交后双方都会收到通知，已填内容一并转过去",
        source=words.HAND_TO_COLLEAGUE,
    )


def offer_draft(who: Person, draft: str, keys: Keys) -> Card:
    """联系不上: a remark made from the call log."""
    return button(
        f"{who.name}：备注草稿",
        [Button("采用草稿", keys("use_draft"))],
        desc="也可以直接回复自己写的备注",
        text=draft,
        source="核实反馈",
    )


def review(who: Person, draft: Mapping[str, Any], rows: Sequence[tuple[str, str]], family: int, keys: Keys) -> Card:
    """Everything that was answered, before it is fed back; `family` others of the household wait too."""
    buttons = [Button(words.CONFIRM_FEEDBACK, keys("confirm")), Button(words.CHANGE, keys("change"), style=2)]
    together = len(draft.get("family", ()))
    if family:
        buttons.append(Button(words.WHOLE_HOUSEHOLD, keys("family"), style=2))
    text = [f"备注：{draft['remark']}"] if draft.get("remark") else []
    text += [f"同住 {together} 人一起反馈"] if together else []
    return button(
        f"请确认：{who.name}" + (f"等 {together + 1} 人" if together else ""),
        buttons,
        desc=f"结果{draft['result']} {words.RESULTS[int(draft['result'])]}",
        text="\n".join(text),
        rows=[Row(name, value) for name, value in rows[:6]],
        source="尚未保存 · 请确认",
    )


def ask_family(who: Person, members: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """The others of the household, all ticked; exceptions are unticked. They may be gone since it was asked."""
    if not members:
        go_on = [Button("提交", keys("together"))]
        return button(
            "同住人一起反馈", go_on, desc=f"同住人已有同事办理，只反馈{who.name}", source=words.WHOLE_HOUSEHOLD
        )
    options = [Option(ref, label, checked=True) for ref, label in members]
    return vote(
        "同住人一起反馈",
        "family",
        options,
        Menu("提交", keys("together")),
        desc=f"与{who.name}同一结果；不同的去掉勾选",
        many=True,
        source=words.WHOLE_HOUSEHOLD,
    )


def receipt(names: Sequence[str], result: str, next_words: str, keys: Keys) -> Card:
    """Saved and with the CDC; two minutes to take it back, later to correct it."""
    everybody = names[0] if len(names) == 1 else f"{names[0]}等 {len(names)} 人"
    return button(
        f"已保存并反馈疾控：{everybody}",
        [
            Button(words.UNDO, keys("undo"), style=2),
            Button(words.CORRECT, keys("correct"), style=2),
            Button(words.SUPPLEMENT_HOUSEHOLD, keys("household"), style=2),
            Button(words.COMPANIONSHIP, keys("companion"), style=2),
        ],
        desc=f"结果{result} {words.RESULTS[int(result)]}",
        text=f"{next_words}\n2 分钟内可撤销，之后用更正。",
        source="已反馈",
        colour=3,
    )


def answer_rows(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The closed answers as lines for the review and for the CDC."""
    needs = [NEEDS[key] for key in str(answers.get("needs", "")).split(",") if key in NEEDS]
    fixed = [FIELDS[name] for name in answers.get("fields", ()) if name in FIELDS]
    lines = [
        ("个人信息", f"已更正 {'、'.join(fixed)}" if fixed else INFO.get(answers.get("info", ""), "")),
        ("门磁", DOOR.get(answers.get("door", ""), "")),
        ("转运意愿", WILLING.get(answers.get("willing", ""), "")),
        ("特殊需求", "、".join(needs) or ("无" if answers.get("needs") else "")),
        ("居家原因", answers.get("reason", "")),
        ("实际住址", answers.get("place_name", "")),
    ]
    return [line for line in lines if line[1]]


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str]]:
    """Before → after of every corrected field, masked."""
    shown = {"name": mask.name, "id_number": _ends, "phone": mask.phone, "address": mask.address}
    lines = []
    for name, value in after.items():
        draw = shown.get(name, str)
        old = draw(before[name]) if before.get(name) else "空"
        lines.append((FIELDS[name], f"{old} → {draw(value)}"))
    return lines


def _ends(number: str) -> str:
    """A number by its ends alone, so that two of them fit a row (26 characters)."""
    return f"{number[:1]}***{number[-1:]}"


def held(who: Person, by: str, since: str, key: str) -> Card:
    """A colleague has it; `key` takes it from that colleague, and from nobody else."""
    return button(
        f"{who.name} {who.category}",
        [Button(words.TAKE_OVER, key, style=2)],
        desc=f"{by} {since} 起核实中",
        text="如需由您办理，点「接手」，双方都会收到通知。",
        source="同事办理中",
    )
