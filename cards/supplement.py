"""What a worker sees while supplementing somebody: one question after another, the review, the receipt."""

from collections.abc import Callable, Mapping, Sequence

from cards import mask, words
from cards.template import Button, Card, Menu, Option, Row, Select, button, form, vote
from cards.verification import DOOR, NEEDS, UNCHOSEN, WILLING

Keys = Callable[..., str]
SOURCE = "补充待流调人员"
LATER = "later"
AFTER_DECISION = "判定后再核实"
FIELDS = {
    "area": "所在社区",
    "name": "姓名",
    "id_type": "证件类型",
    "id_number": "证件号码",
    "no_id": "无证件原因",
    "sex": "性别",
    "phone": "联系电话",
    "guardian": "监护人",
    "address": "现住址",
    "related": "关联人",
    "relation": "关系",
    "result": "核实反馈结果",
    "door": "门磁是否安装",
    "place": "实际街道社区",
    "remark": "核实备注",
    "willing": "转运意愿",
    "needs": "特殊需求",
    "reason": "居家原因",
    "cares": "是否陪护",
    "ward": "陪护谁",
    "why": "陪护原因",
    "ill": "基础疾病",
}
"""Every field by its code, in the order in which a form is read: what a later one means may hang on an earlier one."""
ALIASES = {label: field for field, label in FIELDS.items()} | {
    "证件": "id_number", "证件号": "id_number", "身份证": "id_number", "身份证号": "id_number",
    "身份证号码": "id_number",
    "电话": "phone", "手机": "phone", "手机号": "phone", "联系方式": "phone", "监护人电话": "phone",
    "住址": "address", "地址": "address", "详细地址": "address", "居住地址": "address", "现居住地": "address",
    "与关联人关系": "relation", "核实结果": "result", "反馈结果": "result", "结果": "result", "门磁": "door",
    "备注": "remark", "是否愿意转运": "willing", "陪护": "cares", "陪护对象": "ward", "被陪护人": "ward",
    "原因": "why", "社区": "area",
}  # fmt: skip
"""Every way of writing a label in a pasted message."""
DECIDED = dict(zip(("close", "secondary", "general", "companion", "excluded"), words.DECISIONS[:5], strict=True)) | {
    "listed": "疾控名单已列入",
}
"""What a decision is called, by its code."""
YES_NO = {"yes": "是", "no": "否"}
RELATIONS = ("配偶", "父母", "子女", "祖辈", "同住")
MORE_RELATIONS = "其他关系请直接回复，例如 外婆"
OTHER_DOCUMENTS = {
    "passport": "护照", "hk": "港澳通行证", "tw": "台胞证", "birth": "出生医学证明", "none": "无证件",
}  # fmt: skip
NO_DOCUMENT = ("无", "没有", "无证件")
NO_ILLNESS = ("无", "没有")
EXPECTS = {
    "household": "请回复这一户共住几人（含本人）。",
    "asking": "请回答正在问的一项，或一次发来多项：姓名：… 证件号：…；没填完可回复「暂存」。",
    "review": "请点「保存」「暂存」，或用「字段：内容」改一项。",
}


def question(title: str, field: str, options: Mapping[str, str], keys: Keys, desc: str = "") -> Card:
    """A closed question with a few answers."""
    buttons = [Button(label, keys("pick", f"{field}.{key}"), style=2) for key, label in options.items()]
    return button(title, buttons, desc=desc or "选一项后继续", source=SOURCE)


def ask_choice(title: str, field: str, options: Sequence[tuple[str, str]], keys: Keys, desc: str = "") -> Card:
    """A closed question with many answers: a drop-down."""
    offered = [Option(key, label) for key, label in options[:10]]
    chosen = Select("choice", FIELDS[field], offered, offered[0].id)
    return form(title, [chosen], Menu(words.SUBMIT, keys("choose", field)), desc=desc, source=SOURCE)


def ask_result(title: str, chosen: Mapping[str, str], keys: Keys) -> Card:
    """The same form as in a verification; it may be left for after the decision."""
    results = [Option(LATER, AFTER_DECISION), *(Option(str(n), label) for n, label in words.RESULTS.items())]
    doors = [UNCHOSEN, *(Option(key, label) for key, label in DOOR.items())]
    return form(
        title,
        [
            Select("result", words.RESULT_QUESTION, results, chosen.get("result", LATER)),
            Select("door", words.DOOR_QUESTION, doors, chosen.get("door", UNCHOSEN.id)),
        ],
        Menu(words.SUBMIT, keys("result")),
        desc="还不清楚的选「判定后再核实」",
        source=SOURCE,
    )


def ask_needs(title: str, keys: Keys) -> Card:
    """What transport has to know; none is an answer too."""
    options = [Option(key, label) for key, label in NEEDS.items()]
    submit = Menu(words.SUBMIT, keys("needs"))
    return vote(title, "needs", options, submit, desc="可多选，没有就直接提交", many=True, source=SOURCE)


def other_document(title: str, keys: Keys) -> Card:
    """The documents other than 居民身份证, whose number is simply typed."""
    return question(title, "id_type", OTHER_DOCUMENTS, keys, "有身份证请直接回复号码")


def same_phone(title: str, phone: str, keys: Keys) -> Card:
    """A child, or somebody without a telephone, is reached by that of the person they live with."""
    shown = [Button("与关联人相同", keys("pick", "phone.same"), style=2)]
    return button(title, shown, desc=f"关联人电话 {mask.phone(phone)}", source=SOURCE)


def review(
    name: str, values: Mapping[str, str], related: str, lacking: Sequence[str], notes: Sequence[str], keys: Keys
) -> Card:
    """Everything that was answered, masked; 保存 only where nothing is missing."""
    buttons = [] if lacking else [Button(words.SAVE, keys("save"))]
    buttons += [
        Button("接着填" if lacking else words.CHANGE, keys("change"), style=1 if lacking else 2),
        Button(words.SAVE_DRAFT, keys("put_by"), style=2),
        Button("不补充了", keys("drop"), style=2),
    ]
    options = [Option(field, FIELDS[field]) for field in CHANGEABLE]
    text = [f"还缺：{'、'.join(FIELDS[field] for field in lacking)}"] if lacking else []
    return button(
        f"请核对：{mask.name(name) if name else '未填姓名'}",
        buttons,
        desc="核对后点「保存」，报疾控判定" if not lacking else "还没填完",
        text="\n".join([*text, *notes]),
        rows=[Row(label, value) for label, value in _rows(values, related)][:6],
        select=Select("field", "要改的一项", options, options[0].id) if not lacking else None,
        source="尚未保存 · 请核对",
    )


CHANGEABLE = ("name", "id_number", "phone", "address", "related", "relation", "result", "cares")
"""What 修改 offers; the questions that hang on an answer are asked again."""


def _rows(values: Mapping[str, str], related: str) -> list[tuple[str, str]]:
    """The review's lines: what is personal is masked, what is not given is left out."""
    kind, number = values.get("id_type", ""), values.get("id_number", "")
    document = mask.id_number(number) or (f"{kind}（{values.get('no_id', '')}）" if kind else "")
    phone = mask.phone(values.get("phone", ""))
    result = values.get("result", "")
    feedback = AFTER_DECISION if result == LATER else words.RESULTS[int(result)] if result else ""
    cares = f"陪护{mask.name(values.get('ward_name', ''))}：{values.get('why', '')}"
    lines = [
        ("证件", document),
        ("电话", f"{phone}（监护人）" if phone and values.get("guardian") else phone),
        ("住址", mask.address(values.get("address", ""))),
        ("关联人", f"{mask.name(related)} {values.get('relation', '')}" if related else ""),
        ("反馈", feedback),
        ("陪护", cares if values.get("cares") == "yes" else "否" if values.get("cares") else ""),
    ]
    return [line for line in lines if line[1]]


def receipt(name: str, left: int, ref: str, keys: Keys) -> Card:
    """Saved and with the CDC; until it decides, the submitter may correct or withdraw."""
    more = [Button("继续补充", keys("again", ref))] if left > 0 else []
    return button(
        f"已保存并报疾控判定：{mask.name(name)}",
        [
            *more,
            Button(words.CORRECT, keys("correct", ref), style=2),
            Button("撤回", keys("withdraw", ref), style=2),
        ],
        desc="待判定，判定前不能转运",
        text=f"这一户还差 {left} 人没有补充。" if left > 0 else f"发「{words.SUPPLEMENTS}」可查看进展。",
        source="已提交 · 待判定",
        colour=3,
    )


def kept(sheets: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """What was put by: go on with one of them, or begin with somebody else."""
    options = [Option(ref, label) for ref, label in sheets[:10]]
    return button(
        f"有 {len(sheets)} 位没填完",
        [Button("接着填", keys("resume")), Button("另填一位", keys("fresh"), style=2)],
        desc="选一位接着填，或另填一位",
        select=Select("sheet", "暂存的人员", options, options[0].id),
        source=SOURCE,
    )


def choices(field: str) -> Mapping[str, str]:
    """The answers of a closed question by their code."""
    return {"door": DOOR, "willing": WILLING, "cares": YES_NO}[field]


def ask_several(title: str, field: str, found: Sequence[tuple[str, str]], keys: Keys) -> Card:
    """What was typed fits several: one is chosen, or it is typed again."""
    options = [Option(key, label, checked=n == 0) for n, (key, label) in enumerate(found[:20])]
    desc = "选一项后提交；都不是就重新回复"
    return vote(title, "choice", options, Menu(words.SUBMIT, keys("choose", field)), desc=desc, source=SOURCE)
