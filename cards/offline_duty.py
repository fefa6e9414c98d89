"""What a worker sees of an offline duty: results 4–7 must also be told to the CDC by phone or message."""

from collections.abc import Callable

from cards import words
from cards.parts import Person
from cards.template import Button, Card, Menu, Option, Select, button, form

Keys = Callable[..., str]
EXPECTS = {
    "owed": "请电话或短信告知疾控，再点「已线下反馈」。",
    "channel": "请在卡片上选反馈方式后提交。",
    "whom": "请回复告知了疾控的谁、什么时间。",
}
CHANNELS = {"phone": "电话", "sms": "短信", "other": "其他"}


def due(who: Person, result: int, ready: str, left: str, keys: Keys) -> Card:
    """The duty, with a text ready to be read out or sent."""
    return button(
        f"待线下反馈：{who.name}",
        [Button(words.OFFLINE_DONE, keys("tell"))],
        desc=f"结果{result}，请电话或短信告知疾控",
        text=f"可照念：{ready}",
        source=f"待线下反馈 · {left}",
        colour=2,
    )


def ready_text(community: str, who: Person, result: int, remark: str) -> str:
    """What to say to the CDC, with nothing in it that chat may not show."""
    return f"{community}报告：{who.category}{who.name}，{words.RESULTS[result]}。{remark}"


def ask_channel(who: Person, keys: Keys) -> Card:
    """How the CDC was told."""
    options = [Option(key, label) for key, label in CHANNELS.items()]
    return form(
        f"已线下反馈：{who.name}",
        [Select("channel", "反馈方式", options, "phone")],
        Menu("提交", keys("channel")),
        desc="提交后再写：告知了谁、什么时间",
        source="待线下反馈",
    )


def ask_whom() -> str:
    """Whom and when, typed."""
    return "请回复告知了疾控的谁、什么时间，尚未保存。\n例如：区疾控王医生 10:20（不写时间按现在记）。"


def whom_again() -> str:
    """Nothing was said."""
    return "没有写告知了谁，尚未保存。\n例如：区疾控王医生 10:20。"


def later(who: Person) -> str:
    """返回 or 取消: it waits."""
    return f"{who.name} 的线下反馈还没有记录，卡片保留。\n发「{words.OFFLINE_PENDING}」可接着办。"


def explained(who: Person, state: str, by: str, left: str, expects: str) -> str:
    """为什么: state, holder, deadline, what is missing."""
    return f"{who.name} {state}，由{by}办理" + (f"，{left}。\n{expects}" if left else "。")


def done(who: Person, channel: str, whom: str, at: str) -> str:
    """It ended by this record."""
    return f"已记录线下反馈：{who.name}，{at}，{CHANNELS[channel]}告知{whom}。\n这一项已办结。"


def told(who: Person, community: str, by: str, channel: str, whom: str, at: str, keys: Keys) -> Card:
    """To the CDC: somebody says that it was told."""
    return button(
        f"线下反馈：{who.name} {who.category}",
        [Button(words.RECEIVED, keys("got"))],
        desc=f"{community}{by} {at} {CHANNELS[channel]}告知",
        text=f"告知：{whom}",
        source="线下反馈",
    )


def got(who: Person) -> str:
    """The CDC's own receipt."""
    return f"已确认收到 {who.name} 的线下反馈，已保存。"


def got_already(who: Person) -> str:
    """A colleague was first."""
    return f"{who.name} 的线下反馈已确认收到，这次没有改动。"


def told_got(who: Person, by: str) -> str:
    """To the worker."""
    return f"疾控{by}已收到 {who.name} 的线下反馈。"


def done_already(who: Person, by: str) -> str:
    """Finished before, or fallen away with the feedback."""
    return f"{who.name} 的线下反馈{f'已由{by}记录' if by else '已作废'}，这次没有改动。"


def with_colleague(who: Person, name: str) -> str:
    """A late press on the card of whoever had it before."""
    return f"{who.name} 的线下反馈现在由{name}办理，没有改动。\n要由您办理请发「{words.OFFLINE_PENDING}」再打开。"
