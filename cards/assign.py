"""What the CDC sees of 待分派: a person without a community, the candidates, and what became of it."""

from collections.abc import Callable, Sequence

from cards import words
from cards.parts import Person
from cards.template import Button, Card, Menu, Option, Row, button, vote

Keys = Callable[..., str]
EXPECTS = {"asking": "请在卡片上选一个社区后提交，或直接回复街道和社区名；跳过请点「跳过」。"}


def notice(count: int, keys: Keys) -> Card:
    """A list has brought people whose community could not be told."""
    return button(
        f"{words.UNASSIGNED} {count} 人",
        [Button(words.UNASSIGNED, keys("begin"))],
        desc="社区不明或同名，尚未推送",
        text="名单已保存；请逐个选定社区，选定后立即推送。",
        source="流调结果名单",
        colour=2,
    )


def ask(who: Person, place: str, why: str, found: Sequence[tuple[str, str]], count: int, keys: Keys) -> Card:
    """One person: where do they belong?"""
    title, told = f"{who.name} 在哪个社区", f"名单写的是：{place or '空'}；住址 {who.address}"
    if not found:
        return button(
            title,
            [Button("跳过", keys("skip"), style=2)],
            desc=why,
            text=f"{told}\n请直接回复街道和社区名。",
            rows=[Row("类别", who.category), Row("还剩", f"{count} 人")],
            source=words.UNASSIGNED,
        )
    options = [Option(code, label, checked=n == 0) for n, (code, label) in enumerate(found)]
    desc = f"{told}\n{why or '请选定'}；都不是就直接回复街道和社区名（还剩 {count} 人）"
    return vote(title, "place", options, Menu("提交", keys("place")), desc=desc, source=words.UNASSIGNED)


def typed() -> str:
    """The candidates come from what was typed."""
    return "按您写的找到这些"


def no_such_place() -> str:
    """Nothing in the directory is like it."""
    return "没有找到这个社区，尚未保存。\n请写全街道和社区名，例如 侨英街道孙厝社区。"


def placed(who: Person, community: str) -> str:
    """Done."""
    return f"已把 {who.name} 分派给{community}，已保存并推送。"


def placed_already(who: Person) -> str:
    """A colleague was faster."""
    return f"{who.name} 已由同事分派，这次没有改动。"


def nothing() -> str:
    """The empty list."""
    return "没有待分派的人员。\n新名单里有社区不明的会通知您。"


def all_seen(count: int) -> str:
    """Those who were skipped are still there."""
    return f"后面没有了；跳过的 {count} 人仍待分派，没有改动。\n发「{words.UNASSIGNED}」从头再看。"


def later() -> str:
    """取消."""
    return f"先放下了，没有改动。\n发「{words.UNASSIGNED}」可接着办。"


def old_card() -> str:
    """A press on an older card."""
    return f"这张卡片已过时，没有改动。\n请发「{words.UNASSIGNED}」看现在还有谁。"
