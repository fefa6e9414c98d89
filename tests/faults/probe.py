"""A scenario made for tests: every sort of row a flow can have, small enough to be understood at a glance."""

from datetime import timedelta

from bot.flow import Flow
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards.template import Button, button

WORD = "试探"
flow = Flow("probe", steps=["idle", "asked", "closed"], personal=True)
flow.expects = {"asked": "请回复任意文字。"}


@flow.word(WORD, then="asked")
def ask(turn: Turn) -> None:
    """Lay a card on the actor's phone; an older one gives way to it."""
    turn.focus()
    turn.remind("bound", turn.now + timedelta(minutes=10))
    turn.remind("free", turn.now + timedelta(minutes=10), bound=False)
    buttons = [Button("关闭", turn.keys("close")), Button("看看", turn.keys("look")), Button("出错", turn.keys("fail"))]
    turn.send([turn.actor.id], button(f"第{turn.turn}次", buttons, desc="试探"), "probe")


@flow.text(when="asked", then="asked")
def said(turn: Turn) -> None:
    """Words move the talk on, except 不动."""
    if turn.event.text == "不动":
        turn.stay()
    turn.draft["said"] = turn.event.text
    turn.reply(f"听到：{turn.event.text}")


@flow.tap("close", when="asked", then="closed")
def close(turn: Turn) -> None:
    """The end of it."""
    turn.lock("已关闭")
    turn.reply("已关闭。")


@flow.tap("look", fresh=False)
def look(turn: Turn) -> None:
    """Showing something is allowed from an older card too."""
    turn.reply(f"第{turn.talk.turn}次。")


@flow.tap("fail", when="asked", then="closed")
def fail(turn: Turn) -> None:
    """A defect, after something was already said and written."""
    turn.reply("不会送出。")
    turn.focus(on=False)
    raise ZeroDivisionError


@flow.word("拒绝")
def refuse(turn: Turn) -> None:
    """No, after something was already said and written."""
    turn.reply("不会送出。")
    turn.focus(on=False)
    raise Refused("这样不行。", "because")


@flow.word("仅疾控", may=Action.RECEIVE_FEEDBACK)
def for_the_cdc(turn: Turn) -> None:
    """Only for some."""
    turn.reply("好。")


@flow.due("bound")
def bound(turn: Turn) -> None:
    """A promise of this turn only."""
    turn.say([turn.ref], "还在等。")


@flow.due("free")
def free(turn: Turn) -> None:
    """A promise that holds whatever happens."""
    turn.say([turn.ref], "无论如何。")


@flow.late
def late(turn: Turn) -> None:
    """Too late."""
    turn.reply("这张卡片已过时。")
