"""What the CDC sees when a second listing contradicts what is known about somebody."""

from collections.abc import Callable

from cards import mask
from cards.parts import Person
from cards.template import Button, Card, Row, button

Keys = Callable[..., str]
EXPECTS = {"asking": "请点「保留原记录」「采用新名单」或「跳过」。"}
FIELDS = {
    "name": "姓名",
    "sex": "性别",
    "id_number": "证件号码",
    "phone": "联系电话",
    "category": "人员类别",
    "address": "详细地址",
    "last_exposure": "末次暴露",
}
_MASKS = {"name": mask.name, "id_number": mask.id_number, "phone": mask.phone, "address": mask.address}


def notice(count: int, keys: Keys) -> Card:
    """A list has brought contradictions."""
    return button(
        f"名单不一致 {count} 处",
        [Button("逐条核对", keys("begin"))],
        desc="新名单与已有记录不一致，已保留原记录",
        source="流调结果名单",
        colour=2,
    )


def ask(who: Person, field: str, known: str, listed: str, count: int, keys: Keys) -> Card:
    """One field, two values, masked where they must be."""
    show = _MASKS.get(field, str)
    return button(
        f"{who.name} {FIELDS[field]}不一致",
        [
            Button("保留原记录", keys("keep")),
            Button("采用新名单", keys("take"), style=2),
            Button("跳过", keys("skip"), style=2),
        ],
        desc=f"还剩 {count} 处",
        rows=[Row("原记录", show(known)), Row("新名单", show(listed)), Row("住址", who.address)],
        source="名单不一致",
    )


def nothing() -> str:
    """All decided."""
    return "没有待核对的不一致，都已处理并保存。"


def all_seen(count: int) -> str:
    """Those that were skipped are still there."""
    return f"后面没有了；跳过的 {count} 处仍待核对，没有改动。\n下次名单到达时会再提醒。"


def later() -> str:
    """取消."""
    return "先放下了，没有改动；下次名单到达时会再提醒。"


def old_card() -> str:
    """A press on an older card."""
    return "这张卡片已过时，没有改动。\n请用最新的卡片核对。"
