"""What the CDC sees of a supplement, and what it says: the six decisions, alone or for a household, and its echoes."""

from collections.abc import Callable, Sequence

from cards import mask, words
from cards.parts import Person
from cards.supplement import AFTER_DECISION, DECIDED
from cards.template import Button, Card, Option, Row, Select, button

Keys = Callable[..., str]
CODES = dict(zip(("close", "secondary", "general", "companion", "excluded", "returned"), words.DECISIONS, strict=True))
"""The verb's argument of each of the six buttons."""
ALONE, HOUSEHOLD = "one", "household"
EXPECTS = {
    "waiting": "请在卡片上选一项判定。",
    "reason": "请用文字写退回补充的原因；不退回请回复「取消」。",
}


def ask(
    who: Person, rows: Sequence[tuple[str, str]], notes: Sequence[str], others: int, keys: Keys, *, companion: bool
) -> Card:
    """Somebody has been supplemented: the six decisions; 同意陪护 where it was asked for, the household where there is.

    `others` of the same address wait too; with 全户 chosen they get the same decision.
    """
    buttons = [
        Button(label, keys("decide", code), style=1 if code == "close" else 2)
        for code, label in CODES.items()
        if code != "companion" or companion
    ]
    scope = [Option(ALONE, "只判这一位"), Option(HOUSEHOLD, f"同户 {others + 1} 人一起判")]
    return button(
        f"补充待判定：{who.name}",
        buttons,
        desc="判定前不能转运",
        text="\n".join(notes),
        rows=[Row(name, value) for name, value in rows[:6]],
        select=Select("scope", "判定范围", scope, ALONE) if others else None,
        source="补充待流调人员",
    )


def rows(
    who: Person, related: str, relation: str, feedback: str, by: str, place: str, *, child: bool
) -> list[tuple[str, str]]:
    """The card's lines."""
    return [
        ("证件", who.id_number),
        ("电话", f"{who.phone}（监护人）" if child else who.phone),
        ("住址", who.address),
        ("关联人", f"{mask.name(related)} {relation}"),
        ("反馈", feedback),
        ("提交", f"{place}{by}"),
    ]


def feedback(result: str) -> str:
    """What the community has found out already."""
    return words.RESULTS[int(result)] if result else AFTER_DECISION


def remark(text: str) -> str:
    """What the community wrote."""
    return f"备注：{text}"


def no_document(reason: str) -> str:
    """Why there is no number."""
    return f"无证件：{reason}"


def accompanies(ward: str, why: str, warnings: Sequence[str]) -> str:
    """The request to go along."""
    warned = f"；注意：{'、'.join(warnings)}" if warnings else ""
    return f"申请陪护 {mask.name(ward)}（{why}）{warned}"


def decided(names: Sequence[str], decision: str) -> str:
    """The CDC's own receipt."""
    return f"已判定：{'、'.join(names[:6])} {DECIDED[decision]}，已保存并通知提交人。"


def told(name: str, decision: str, by: str, after: str) -> str:
    """To the submitter."""
    return f"{name} 已由疾控{by}判定：{DECIDED[decision]}。\n{after}"


def told_listed(name: str, *, applied: bool) -> str:
    """To the submitter: the CDC's list was quicker than its word."""
    after = AFTER["applied" if applied else "pending"]
    return f"您补充的 {name} 已列入疾控新名单，不用再判定。\n{after}"


AFTER = {
    "pending": "已转入待核实，请按卡片核实反馈。",
    "applied": "按您补充时的核实结果继续办理，不用重填。",
    "excluded": "不用转运；如情况有变可重新补充。",
    "general": "一般接触者不集中隔离，请重新核实反馈。",
}
"""What the submitter does next."""


def ask_reason(who: Person) -> str:
    """退回补充: why?"""
    return f"退回补充 {who.name}，尚未保存。\n请回复要补充什么，例如 请补证件号码。"


def reason_again() -> str:
    """No reason was given."""
    return "没有写明要补充什么，尚未保存。\n请写具体，例如 请补证件号码。"


def sent_back(who: Person) -> str:
    """The CDC's own receipt."""
    return f"已退回补充：{who.name}，已通知提交人。"


def told_sent_back(name: str, by: str, reason: str) -> str:
    """To the submitter."""
    return f"疾控{by}退回了 {name} 的补充：{reason}。\n发「{words.SUPPLEMENTS}」打开后点「{words.CORRECT}」。"


def own_submission() -> str:
    """Nobody judges what they submitted themselves."""
    return "这一条是您提交的，须由另一位疾控人员判定。没有改动。"


def ward_undecided(name: str) -> str:
    """A companion's class follows from that of whom they care for."""
    return f"被陪护人 {mask.name(name)} 还没有判定，请先判定。没有改动。"


def no_request() -> str:
    """同意陪护 where nobody asked for it."""
    return "没有陪护申请，不能同意陪护。没有改动。"


def settled(name: str, outcome: str) -> str:
    """A colleague was first, or it was withdrawn."""
    return f"{name} {outcome}，这次没有改动。"


def by_whom(decision: str, by: str, at: str) -> str:
    """Who decided what, and when."""
    return f"已由{by} {at} 判定：{DECIDED[decision]}"


def skipped(names: Sequence[str]) -> str:
    """Of the household, some had to be left out."""
    return f"{'、'.join(names)} 没有一起判定，请单独判定。"
