"""返回, 取消 and 为什么 at the counter, and what an older card answers: whatever was given stays given."""

from bot.flow import Aside
from bot.flows.issuance import choosing
from bot.flows.issuance.table import OPEN, flow, standing
from bot.state import recipient, staff
from bot.state.permission import Action
from bot.turn import Turn
from cards import issuance as card
from cards import issuance_words as say
from cards import parts, stamps

REPLACING = ("reason", "partner", "anew")


@flow.aside(
    Aside.BACK, when=OPEN, then={step: step for step in ("idle", "kind", "search", "household")}, may=Action.ISSUE
)
def back(turn: Turn) -> str:
    """返回: one step up: from a person to the household, to the list, to the 转运类型."""
    if turn.talk.step in REPLACING:
        turn.reply(say.kept())
    if turn.talk.step in (*REPLACING, "scan"):
        return choosing.open_home(turn, str(turn.draft["home"]))
    if turn.talk.step in ("household", "roll"):
        return choosing.lay_list(turn, "")
    if turn.talk.step in ("search", "menu"):
        return choosing.ask_kind(turn)
    return _leave(turn)


@flow.aside(Aside.CANCEL, when=OPEN, then={"idle": "idle", "household": "household"}, may=Action.ISSUE)
def cancel(turn: Turn) -> str:
    """取消: nothing is replaced; or, where nothing is being replaced, the counter is closed."""
    if turn.talk.step in REPLACING:
        turn.reply(say.kept())
        return choosing.open_home(turn, str(turn.draft["home"]))
    return _leave(turn)


def _leave(turn: Turn) -> str:
    turn.draft = {}
    turn.lock(stamps.PUT_DOWN)
    turn.focus(on=False)
    turn.reply(say.left())
    return "idle"


@flow.aside(Aside.WHY, when=OPEN)
def why(turn: Turn) -> None:
    """为什么: how the chosen person stands, by whom and when, and what is waited for."""
    expects, who = card.EXPECTS[turn.talk.step], turn.draft.get("who")
    one = recipient.find(turn.tx, str(who)) if who else None
    if one is None:
        turn.reply(say.explained("", "", "", "", "", expects))
        return
    by, at = recipient.fed_back(turn.tx, one.person.id) or ("", turn.now)
    name, tail = card.called(one.person.name, one.person.id_number)
    said_by = staff.name_of(turn.tx, by) if by else ""
    turn.reply(say.explained(name, tail, standing(turn, one), said_by, parts.clock(at, turn.now), expects))


@flow.late
def late(turn: Turn) -> None:
    """An older card: nothing happens, and it says so."""
    turn.require(Action.ISSUE, "")
    turn.reply(say.OLD)
    turn.lock_this(stamps.OUTDATED)
