"""What a community worker sees of one verification, from the pending card to the receipt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cards import mask, parts, words
from cards.parts import Person
from cards.template import Button, Card, Menu, Option, Row, Select, button, form, vote

Keys = Callable[..., str]
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


def ask_call(who: Person, keys: Keys) -> Card:
    """How the call went; each press is one attempt, and uses the card up."""
    buttons = [Button(label, keys("called", key), style=1 if key == "answered" else 2) for key, label in CALLS.items()]
    return button(f"{who.name}：通话结果", buttons, desc="打完电话点一下，每次都要记", source="电话联系")


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
    """The others of the household, all ticked; exceptions are unticked."""
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
        [Button(words.UNDO, keys("undo"), style=2), Button(words.CORRECT, keys("correct"), style=2)],
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
    shown = {"name": mask.name, "id_number": mask.id_number, "phone": mask.phone, "address": mask.address}
    lines = []
    for name, value in after.items():
        draw = shown.get(name, str)
        old = draw(before[name]) if before.get(name) else "空"
        lines.append((FIELDS[name], f"{old} → {draw(value)}"))
    return lines


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
    return f"{name} 电话：{phone}（查看已记录）\n打完请在卡片上点通话结果。"


def no_phone(name: str) -> str:
    """The list gave no number."""
    return f"{name} 名单上没有电话，没有改动。\n请上门核实，并在「核实反馈」里选「{words.INFO_WRONG}」补上电话。"


def call_logged(who: Person, outcome: str, failed: int) -> str:
    """One attempt is in the log."""
    return f"已记录：{who.name} {outcome}，共 {failed} 次未接通。\n再打前点「显示电话」，每次都会记一次。"


def call_logged_already() -> str:
    """The same card pressed again is not another call."""
    return "这次通话已经记过，没有重复记。\n再打前请先点「显示电话」。"


def need_answer(result: int) -> str:
    """Results 1–6 need a call that was answered."""
    return f"结果{result}需要有一次「接通」，尚未保存。\n请打电话后点通话结果；打不通可回复 7。"


def need_attempts(made: int, lacking: int, not_before: str) -> str:
    """联系不上 has to be earned."""
    when = f"，其中一次不早于 {not_before}" if not_before else ""
    return (
        f"已打 {made} 次，选「联系不上」还差 {lacking} 次{when}，尚未保存。\n打完请点通话结果；接通了可改回复其他数字。"
    )


def calls_drafted(count: int, lines: Sequence[str]) -> str:
    """The remark of 联系不上, from the log."""
    return f"共拨打{count}次均未联系上：{'、'.join(lines)}"


def held_by_other(by: str, since: str) -> str:
    """Somebody else was first."""
    return f"{by} {since} 已接手，您这一步没有保存。\n需要由您办理请点新卡片上的「接手」。"


def no_colleague() -> str:
    """Nobody else serves this community."""
    return "本社区没有其他在岗同事，没有转交。\n请联系负责人安排。"


def handed(who: Person, to: str) -> str:
    """Told to the one who gave it away."""
    return f"{who.name} 已转交给{to}，您填到一半的内容已一并转过去。"


def handed_to_you(who: Person, by: str) -> str:
    """Told to the one who got it."""
    return f"{by}把 {who.name} 转交给您，请按新卡片办理。"


def taken_over(who: Person, by: str) -> str:
    """Told to the old holder."""
    return f"{who.name} 已由{by}接手，您不用再办。\n您填到一半的内容已一并转过去。"


def being_forwarded(who: Person) -> str:
    """Sent to another community that has not answered yet."""
    return f"{who.name} 已转发，正等对方接收，这次没有改动。\n要收回请在转发卡片上点「撤回」。"


def ask_remark(who: Person, result: int) -> str:
    """The remark is typed."""
    return f"{who.name} 选了「{words.RESULTS[result]}」，尚未保存。\n请回复核实备注（写明核实到的情况）。"


def remark_again() -> str:
    """A remark that says nothing is no remark."""
    return "这条备注没有内容，尚未保存。\n请写明核实到的具体情况，例如去向、时间、联系经过。"


def ask_place(who: Person, result: int) -> str:
    """Where the person really lives."""
    where = "本区内的街道和社区" if result == 3 else "所在区、街道和社区"
    return f"{who.name} 选了「{words.RESULTS[result]}」，尚未保存。\n请回复实际居住的{where}，例如 侨英街道孙厝社区。"


def no_such_place() -> str:
    """Nothing in the directory is like it."""
    return "没有找到这个社区，尚未保存。\n请写全街道和社区名，例如 侨英街道孙厝社区。"


def own_community() -> str:
    """One's own community is no other one."""
    return "这就是本社区，尚未保存。\n请重新回复实际社区；确住本社区请回复 1 或 2。"


def should_be(result: int, place: str) -> str:
    """The place belongs to the other result."""
    names = {3: "情景三", 4: "情景四"}
    where = "本区" if result == 3 else "其他区"
    return f"{place}在{where}，应选{names[result]}，尚未保存。\n回复 {result} 改选，或重新回复地名。"


def choose_result() -> str:
    """The form came without a result."""
    return "还没有选「核实反馈结果」，没有保存。\n请在新卡片上选好再提交，或直接回复数字 1–7。"


def choose_fields_again() -> str:
    """Nothing was ticked."""
    return "没有勾选要更正的项目，尚未保存。\n请勾选后再提交；信息都对请回复「返回」改选。"


def ask_value(field: str, n: int, of: int) -> str:
    """The right value of one field."""
    return f"第 {n}/{of} 项，尚未保存。\n请回复正确的{FIELDS[field]}。"


def wrong_value(what: str) -> str:
    """The value breaks its rule; the cure is in the words."""
    return f"{what}，尚未保存。\n请重新回复。"


def number_taken() -> str:
    """The corrected number belongs to somebody else on the lists."""
    return "这个证件号码已属于名单上另一人，尚未保存。\n已请疾控核对是否同一人；可重新回复号码，或回复「返回」。"


def no_family() -> str:
    """Nobody else of the household waits."""
    return "同住人里没有其他待核实的人，没有改动。"


def refuses(who: Person, place: str, by: str) -> str:
    """拒绝 goes up to the lead."""
    return f"{place} {who.name} 拒绝集中转运（{by}已反馈）。\n请协调劝导。"


def next_transport(willing: str) -> str:
    """Result 1."""
    return "已列为待转运。" if willing == "yes" else "已列为待转运；愿意配合后才能列入转运单，请继续劝导。"


def next_home(exposed: date | None, days: int, today: date) -> str:
    """Result 2: day of the isolation and its last day, counted from the last exposure."""
    if exposed is None:
        return f"居家隔离 {days} 天，名单没有末次暴露日期，请向疾控确认起算日。"
    release = exposed + timedelta(days=days)
    return f"居家隔离第 {(today - exposed).days} 天，共 {days} 天，至 {release.month}月{release.day}日。"


def next_offline() -> str:
    """Results 4–7."""
    return "还需电话或短信告知疾控，请按接下来的卡片办理。"


def already(who: Person, by: str, at: str, result: int) -> str:
    """A late press on something that is finished."""
    return f"{who.name} 已由{by}于 {at} 反馈（{words.RESULTS[result]}），这次没有改动。\n发「待核实」看其他任务。"


def moved_on(who: Person) -> str:
    """A press on an older card of one's own task."""
    return f"{who.name} 这张卡片已过时，没有改动。\n请用刚发的新卡片继续。"


def pick_one() -> str:
    """A number was typed while several cards lie open."""
    return "您手上有几张卡片，不知道是哪一位，没有保存。\n请先点那一位卡片上的「核实反馈」。"


def correcting(who: Person, result: int) -> str:
    """更正 begins; nothing has changed yet."""
    return f"正在更正 {who.name} 的反馈（原结果{result}），确认前原反馈有效。\n改好后点「确认反馈」；回复「取消」放弃。"


def correction_dropped(who: Person) -> str:
    """更正 was given up."""
    return f"已放弃更正，{who.name} 的原反馈不变。"


def undone(who: Person) -> str:
    """撤销 within two minutes."""
    return f"已撤销 {who.name} 的反馈，疾控已看到撤销。\n内容还在，可「修改」后重新「确认反馈」。"


def returned(who: Person, reason: str) -> str:
    """The CDC sends it back."""
    return f"疾控退回了 {who.name} 的反馈：{reason}\n已回到待核实，请按新卡片重新核实。"


def left_for_now(who: Person) -> str:
    """取消: the draft waits."""
    return f"{who.name} 先放下了，已填内容保留，没有反馈。\n发「待核实」可接着办。"


def explained(who: Person, state: str, holder: str, left: str, calls: int, lacking: str) -> str:
    """为什么: state, holder, deadline, what is missing."""
    by = f"，由{holder}办理" if holder else "，还没有人接手"
    rest = f"还缺：{lacking}。" if lacking else "发「待核实」看其他任务。"
    return f"{who.name} {state}{by}，{left}，已打电话 {calls} 次。\n{rest}"
