"""What a lead sees of 改派: whose items, to whom, the preview, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
EXPECTS = {
    "whose": "请选要移走谁的事项，也可回复数字或姓名；不改了请发「取消」。",
    "whom": "请选改派给谁，也可回复数字或姓名；不改了请发「取消」。",
    "preview": "请点「确认改派」或「取消」。",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """One member to choose: account, name, how many items they have, whether they are off duty or gone."""

    ref: str
    name: str
    count: int
    away: bool

    def option(self, number: int) -> Option:
        """The member as a choice."""
        count = f" {self.count}项" if self.count else ""
        return Option(self.ref, f"{number} {self.name}{count}{'（不在岗）' if self.away else ''}")


def ask_whose(lines: Sequence[Holder], total: int, keys: Keys) -> Card:
    """Whose items are to move?"""
    options = [line.option(number) for number, line in enumerate(lines, 1)]
    return _choice("改派：移走谁的事项", f"本辖区在办 {total} 项", "whose", "办理人", options, keys)


def ask_whom(name: str, count: int, lines: Sequence[Holder], keys: Keys) -> Card:
    """To whom?"""
    options = [line.option(number) for number, line in enumerate(lines, 1)]
    return _choice(f"{name}的 {count} 项改派给", "下一步可预览，确认后才生效", "whom", "改派给", options, keys)


def _choice(title: str, desc: str, verb: str, question: str, options: Sequence[Option], keys: Keys) -> Card:
    return button(
        title,
        [Button("下一步", keys(verb)), Button(words.CANCEL, keys("cancel"), style=2)],
        desc=desc,
        select=Select(verb, question, options, options[0].id),
        source=words.REASSIGN,
    )


def preview(whose: str, whom: str, count: int, late: int, stays: int, lines: Sequence[str], keys: Keys) -> Card:
    """What would go; nothing has moved yet."""
    rest = f"；另 {stays} 项不在其社区，不动" if stays else ""
    shown = [*lines, f"等共 {count} 项"] if count > len(lines) else list(lines)
    return button(
        f"{whose} → {whom}：{count} 项",
        [Button("确认改派", keys("confirm")), Button(words.CANCEL, keys("cancel"), style=2)],
        desc=f"其中超时 {late} 项{rest}",
        text="\n".join(shown),
        source="改派预览",
    )


def moved(count: int, skipped: int, name: str) -> str:
    """Done."""
    rest = f"，{skipped} 项已办结或已转走，跳过" if skipped else ""
    return f"正把 {count} 项改派给{name}{rest}，已保存。" if count else "这些事项已办结或已转走，没有改动。"


def nothing() -> str:
    """Nobody has anything."""
    return "本辖区现在没有可改派的在办事项，没有改动。\n发「进度」看全部情况。"


def nobody_else() -> str:
    """There is no colleague."""
    return "这些事项所在社区没有其他人员，没有改动。\n请先在名册里登记人员。"


def not_understood(expects: str) -> str:
    """Neither a number nor a name on the card."""
    return f"没看懂这句话，没有改动。\n{expects}"


def put_down() -> str:
    """取消."""
    return "没有改派，没有改动。"


def old_card() -> str:
    """A press on an older card."""
    return f"这张卡片已过时，没有改动。\n请重新发「{words.REASSIGN}」。"
