"""What is seen of a 陪护申请: the form, the warning, the CDC's card and the echoes."""

from collections.abc import Callable, Sequence

from cards import mask, words
from cards.parts import Person
from cards.template import Button, Card, Menu, Option, Row, Select, button, form

Keys = Callable[..., str]
AGREE, DISAGREE = words.DECISIONS[3], "不同意陪护"
EXPECTS = {
    "filling": "请在卡片上选好被陪护人、原因和陪护人后提交。",
    "confirming": "请点「仍要提交」或「重选」。",
    "asked": "请在卡片上点「同意陪护」或「不同意陪护」。",
    "reason": "请用文字写不同意的原因；不写请回复「取消」。",
}


def fill_in(people: Sequence[tuple[str, str]], reasons: Sequence[str], chosen: Sequence[str], keys: Keys) -> Card:
    """Who needs care, why, and who accompanies: one form; `chosen` are ward, reason number and companion, if known."""
    members = [Option(ref, label) for ref, label in people[:10]]
    why = [Option(str(n), reason) for n, reason in enumerate(reasons[:10], 1)]
    ward, reason, companion = chosen or (members[0].id, "1", members[-1].id)
    return form(
        words.COMPANIONSHIP,
        [
            Select("ward", "被陪护人", members, ward),
            Select("why", "陪护原因", why, reason),
            Select("companion", "陪护人", members, companion),
        ],
        Menu(words.SUBMIT, keys("submit")),
        desc="陪护人与被陪护人同车、同住隔离；不在名单上的先补充",
        source=words.COMPANIONSHIP,
    )


def member(name: str, category: str) -> str:
    """Somebody of the household, as a choice."""
    return f"{mask.name(name)} {category or '待判定'}"


def alone(name: str) -> str:
    """Nobody else of the household is known."""
    return f"{name} 同一住址没有别的在册人员，没有提交。\n陪护人不在名单上的，请发「{words.SUPPLEMENT}」并填陪护情况。"


def same_person() -> str:
    """Nobody accompanies themselves."""
    return "被陪护人和陪护人是同一位，没有提交。\n请在新卡片上重选。"


def busy(name: str) -> str:
    """One companion for one ward."""
    return f"{mask.name(name)} 已有陪护申请，没有提交。\n请在新卡片上重选，或先撤回原申请。"


def confirm(ward: str, companion: str, why: str, warnings: Sequence[str], keys: Keys) -> Card:
    """What speaks against this companion; the community may submit all the same."""
    return button(
        f"请确认陪护：{mask.name(companion)}",
        [Button("仍要提交", keys("confirm")), Button("重选", keys("again"), style=2)],
        desc=f"陪护 {mask.name(ward)}（{why}）",
        text=f"注意：陪护人{'、'.join(warnings)}，请确认适合陪护。",
        source="尚未保存 · 请确认",
        colour=2,
    )


def receipt(ward: str, companion: str, keys: Keys) -> Card:
    """With the CDC; it may be withdrawn until it has decided."""
    return button(
        f"已提交陪护：{mask.name(companion)}",
        [Button("撤回", keys("withdraw"), style=2)],
        desc=f"陪护 {mask.name(ward)}，等疾控判定",
        source="陪护申请 · 待判定",
        colour=3,
    )


def ask(ward: Person, companion: Person, why: str, warnings: Sequence[str], by: str, place: str, keys: Keys) -> Card:
    """To the CDC."""
    return button(
        f"陪护申请：{companion.name}",
        [Button(AGREE, keys("agree")), Button(DISAGREE, keys("refuse"), style=2)],
        desc=f"陪护 {ward.name} {ward.category}",
        text=f"注意：陪护人{'、'.join(warnings)}" if warnings else "",
        rows=[
            Row("原因", why),
            Row("被陪护", ward.id_number),
            Row("陪护人", f"{companion.category} {companion.id_number}"),
            Row("住址", ward.address),
            Row("提交", f"{place}{by}"),
        ],
        source=words.COMPANIONSHIP,
    )


def agreed(ward: str, companion: str) -> str:
    """The CDC's own receipt."""
    return f"已同意 {mask.name(companion)} 陪护 {mask.name(ward)}，已保存并通知提交人。"


def told_agreed(ward: str, companion: str, by: str) -> str:
    """To the submitter."""
    return f"疾控{by}已同意 {mask.name(companion)} 陪护 {mask.name(ward)}。\n两人同车转运、同住隔离。"


def ask_reason(companion: str) -> str:
    """不同意陪护: why?"""
    return f"不同意 {mask.name(companion)} 陪护，尚未保存。\n请回复原因，例如 年龄偏大，请换人。"


def reason_again() -> str:
    """No reason was given."""
    return "没有写明原因，尚未保存。\n请写具体，例如 年龄偏大，请换人。"


def refused(companion: str) -> str:
    """The CDC's own receipt."""
    return f"已记录不同意 {mask.name(companion)} 陪护，已通知提交人。"


def told_refused(companion: str, by: str, reason: str) -> str:
    """To the submitter."""
    return f"疾控{by}没有同意 {mask.name(companion)} 陪护：{reason}。\n可换人后重新申请。"


def withdrawn(companion: str) -> str:
    """撤回 by the submitter."""
    return f"{mask.name(companion)} 的陪护申请已撤回。"


def not_submitted() -> str:
    """取消."""
    return "陪护申请没有提交，没有保存。"


def own_submission() -> str:
    """Nobody judges what they submitted themselves."""
    return "这一条是您提交的，须由另一位疾控人员判定。没有改动。"


def not_yours(by: str) -> str:
    """Only who submitted may withdraw."""
    return f"这一条由{by}提交，只有提交人可以撤回。没有改动。"


def settled(companion: str, state: str, by: str, at: str) -> str:
    """Decided or withdrawn already."""
    who = f"（{by} {at}）" if by else ""
    return f"{mask.name(companion)} 的陪护申请{state}{who}，这次没有改动。"


def begin_again() -> str:
    """An old form."""
    return f"这张卡片已过时，没有改动。\n请在回执卡片上重新点「{words.COMPANIONSHIP}」。"
