"""What a member hears of 上班, 下班 and 交接."""

from collections.abc import Callable, Sequence

from cards import words
from cards.template import Button, Card, button

Keys = Callable[..., str]
EXPECTS = {"asked": "请点「确认交接」或「取消」。"}


def on(until: str) -> str:
    """上班."""
    return f"已上班，已保存；到 {until} 自动下班。\n有待办会推给您，提前走请发「{words.OFF_DUTY}」。"


def on_already(until: str) -> str:
    """上班 while on a shift."""
    return f"您已在岗，到 {until}，没有改动。"


def off(held: int) -> str:
    """下班."""
    rest = f"手上 {held} 项正转给在岗同事或负责人，转好会告诉您。" if held else "手上没有在办事项。"
    return f"已下班，已保存。{rest}\n回来时请发「{words.ON_DUTY}」。"


def off_already() -> str:
    """下班 while off duty."""
    return f"您现在不在班上，没有改动。\n上岗请发「{words.ON_DUTY}」。"


def over(held: int) -> str:
    """A shift begun by word has come to its end."""
    rest = f"手上 {held} 项会转给在岗同事或负责人。" if held else "手上没有在办事项。"
    return f"您的班到点了，已自动下班。{rest}\n还在岗请发「{words.ON_DUTY}」。"


def preview(name: str, count: int, stays: int, lines: Sequence[str], keys: Keys, *, off: bool) -> Card:
    """What would go to whom; what lies in communities where the colleague does not serve stays."""
    shown = [*lines, f"等共 {count} 项"] if count > len(lines) else list(lines)
    rest = f"；另 {stays} 项不在其社区，不动" if stays else ""
    return button(
        f"交接给{name}：{count} 项",
        [Button("确认交接", keys("confirm")), Button(words.CANCEL, keys("cancel"), style=2)],
        desc=(f"注意：{name}现在不在班上" if off else "对方需点「确认接班」") + rest,
        text="\n".join(shown),
        source="交接",
        colour=2 if off else 0,
    )


def handed(count: int, name: str) -> str:
    """Done."""
    return f"正把 {count} 项交给{name}，已保存。\n要下班请发「{words.OFF_DUTY}」。"


def nothing_mine() -> str:
    """Nothing to hand over."""
    return f"您手上没有在办事项，没有改动。\n要下班请发「{words.OFF_DUTY}」。"


def nothing_moved() -> str:
    """All of it has gone or been done meanwhile, or the colleague has left."""
    return "这些事项已办结或已转走，没有改动。"


def nothing_theirs(name: str) -> str:
    """Everything lies in communities where the colleague does not serve."""
    return f"您手上的事项都不在{name}的社区，没有改动。\n要下班请发「{words.OFF_DUTY}」，系统会转给在岗同事。"


def no_such_colleague(said: str, found: int) -> str:
    """Nobody of that name in the member's communities, or several."""
    if found:
        return f"本社区有 {found} 位「{said[:10]}」，没有改动。\n请写企业微信账号，例如 交接给 wang.qiang。"
    return f"本社区名册里没有「{said[:10]}」，没有改动。\n请写全名，例如 交接给王强。"


def put_down() -> str:
    """取消."""
    return "没有交接，没有改动。"


def old_card() -> str:
    """A press on an older card."""
    return "这张卡片已过时，没有改动。\n请重新发「交接给某某」。"
