"""A member at a phone in a story: every gesture ends when the bot has said all that it has to say about it."""

import threading
import time
from typing import Any

import sqlalchemy as sa

from bot.state import queue
from integrations.wecom.sandbox.phone import Message, Phone
from tests.world import World

PATIENCE = 60.0
AWAY = "不在本辖区，且不在本市"
_alive = queue.outbox.c.state.in_([queue.Post.WAITING.value, queue.Post.LEASED.value])


class Member(Phone):
    """A `Phone` without waiting: `fang.taps("核实反馈")`, then `assert "…" in fang.hears()`."""

    def __init__(self, world: World, userid: str) -> None:
        super().__init__(world.sandbox.url, userid)
        self._world = world
        self._heard = 0

    def hears(self) -> str:
        """Everything the bot has newly sent to this phone since it was last listened to."""
        settle(self._world)
        chat = self.messages()
        new, self._heard = chat[self._heard :], len(chat)
        return "\n".join(message["text"] for message in new if message["side"] == "bot")

    def live(self, label: str) -> list[Message]:
        """The cards of this phone, oldest first, on which a button of that label can be pressed now."""
        settle(self._world)
        wanted = {"button", "submit"}
        return [
            message
            for message in self.messages()
            if any(one["label"] == label and one["kind"] in wanted for one in message["controls"])
        ]

    def card(self, text: str, label: str = "") -> str:
        """The msgid of the newest card that shows `text` (and where `label` can be pressed)."""
        settle(self._world)
        shown = self.live(label) if label else [one for one in self.messages() if one["card"]]
        found = [message["msgid"] for message in shown if text in message["text"]]
        assert found, f"{self.userid} has no card with {text!r} and {label!r}"
        return str(found[-1])

    def fills_in(self, result: str, info: str = "信息一致", door: str = "") -> None:
        """Choose in the open form's drop-downs, by the words that stand there, and submit it."""
        self.picks("个人信息是否正确", info)
        self.picks("核实反馈结果", result)
        if door:
            self.picks("门磁是否安装", door)
        self.submits()

    def calls(self, *outcomes: str, msgid: str = "") -> None:
        """Show the number and note how each call went; 接通 of a card not yet begun opens the form."""
        for outcome in outcomes:
            self.taps("显示电话", msgid)
            self.taps(outcome)

    def feeds_back(self, result: str = AWAY, remark: str = "本人已回泉州老家", msgid: str = "") -> None:
        """A result that needs a call that was answered and a remark (5 and 6), from the newest card to 确认反馈.

        It takes a minute, as in life: a phone that gets more than 25 messages in one has to wait for the rest.
        """
        self._world.waits(minutes=1)
        self.calls("接通", msgid=msgid)
        self.fills_in(result)
        self.says(remark)
        self.taps("确认反馈")

    def _do(self, gesture: str, **given: Any) -> Message:
        settle(self._world)
        answer = super()._do(gesture, **given)
        settle(self._world)
        return answer


def settle(world: World) -> None:
    """Wait until no callback is on the line and everything has been said that can be said now.

    What could not be sent is waited for too, unless a story has planned the fault itself.
    """
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while time.monotonic() < end:
        if world.sandbox.courier.settle(PATIENCE) and not _busy(world):
            return
        world.app.sender.wake.set()
        pause.wait(0.01)
    raise AssertionError(f"after {PATIENCE} s the outbox is still not empty")


def unsent(world: World) -> int:
    """How many messages and hand-overs wait in the outbox, due or not."""
    return _count(world, sa.true())


def _busy(world: World) -> bool:
    due = queue.outbox.c.not_before <= world.now()
    tried = queue.outbox.c.attempts > 0
    return _count(world, due if world.sandbox.faults.all() else sa.or_(due, tried)) > 0


def _count(world: World, condition: sa.ColumnElement[bool]) -> int:
    wanted = sa.select(sa.func.count()).where(_alive, condition)
    with world.core.store.read() as conn:
        return int(conn.execute(wanted).scalar_one())
