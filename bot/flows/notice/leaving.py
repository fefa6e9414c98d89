"""返回, 取消, 为什么, and a press on an older card."""

from bot.flow import Aside
from bot.flows.notice import questions
from bot.flows.notice.table import ANY, WRITING, flow
from bot.state.permission import Action
from bot.turn import Turn
from cards import notice as card
from cards import stamps

BEFORE = {"members": "people", "address": "people", "time": "address", "why": "counts", "counts": "review"}


@flow.aside(Aside.BACK, when=WRITING, then=ANY, may=Action.NOTIFY_TRANSPORT)
def back(turn: Turn) -> str | None:
    """返回: the question before; from the first one the draft is given up."""
    step = turn.talk.step
    if step in ("place", "people"):
        return cancel(turn)
    turn.draft["page"] = 0
    return questions.ask(turn, BEFORE.get(step, "time"))


@flow.aside(Aside.CANCEL, when=WRITING, then=ANY, may=Action.NOTIFY_TRANSPORT)
def cancel(turn: Turn) -> str:
    """取消: the draft is thrown away, nothing has been sent."""
    turn.lock(stamps.DRAFT_DROPPED)
    turn.focus(on=False)
    turn.draft = {}
    turn.reply(card.dropped())
    return "idle"


@flow.aside(Aside.WHY, may=Action.NOTIFY_TRANSPORT)
def why(turn: Turn) -> None:
    """为什么: what is still needed before 确认通知."""
    turn.reply(card.explained(flow.expects.get(turn.talk.step, "")))


@flow.late
def late(turn: Turn) -> None:
    """An older card: nothing happens, the open question stays."""
    turn.require(Action.NOTIFY_TRANSPORT, "")
    turn.reply(card.moved_on())
    turn.lock_this(stamps.OUTDATED)
