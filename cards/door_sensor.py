"""What a worker sees of the door sensor that a home isolation still lacks."""

from collections.abc import Callable
from datetime import timedelta

from cards import parts
from cards.parts import Person
from cards.template import Button, Card, button

Keys = Callable[..., str]


def owed(who: Person, within: timedelta, keys: Keys) -> Card:
    """It has to be fitted."""
    return button(
        f"门磁待安装：{who.name}",
        [Button("门磁已安装", keys("fitted"))],
        desc=f"请在{parts.span(within)}内安装" if within > timedelta() else f"已超时{parts.span(-within)}，请尽快安装",
        text=f"住址 {who.address}",
        source="居家隔离",
    )


def done(who: Person) -> str:
    """It is fitted."""
    return f"已记录 {who.name} 门磁已安装，已保存。"


def done_already(who: Person) -> str:
    """A late press."""
    return f"{who.name} 门磁已记录安装，这次没有改动。"


def dropped(who: Person) -> str:
    """A late press after the feedback was taken back."""
    return f"{who.name} 的反馈已改，这项门磁任务已作废，这次没有改动。"


def with_colleague(who: Person, name: str) -> str:
    """A late press on the card of whoever had it before."""
    return f"{who.name} 的门磁安装现在由{name}办理，您不用再办，没有改动。"
