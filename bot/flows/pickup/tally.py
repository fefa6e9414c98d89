"""The live tally: sent to every escort at the vehicle, drawn anew a few seconds after somebody boarded."""

from datetime import datetime, timedelta

from bot.flows.pickup.table import draw, flow, of, place, watchers
from bot.state.permission import Action
from bot.turn import Turn
from cards import stamps

SELDOM = timedelta(seconds=5)


@flow.start("watch", when="*")
def watch(turn: Turn) -> None:
    """An escort has chosen this vehicle: theirs is the tally from now on."""
    turn.act_for(str(turn.event.data["to"]))
    turn.require(Action.BOARD, place(turn))
    seen = [one for one in turn.talk.facts.get("watchers", []) if one != turn.actor.id]
    turn.talk.facts = {**turn.talk.facts, "watchers": [*seen, turn.actor.id]}
    if of(turn).vehicle.standing:
        draw(turn, [turn.actor.id])


@flow.due("tally", when="open")
def tally(turn: Turn) -> None:
    """Somebody boarded or stepped off some seconds ago."""
    place(turn)
    drawn = str(turn.talk.facts.get("drawn", ""))
    if not of(turn).vehicle.standing or (drawn and turn.now - datetime.fromisoformat(drawn) < SELDOM):
        return
    turn.talk.facts = {**turn.talk.facts, "drawn": turn.now.isoformat()}
    draw(turn, watchers(turn))


@flow.start("over", when="*")
def over(turn: Turn) -> None:
    """The notice was cancelled or the vehicle withdrawn: what lies on the phones is true no more."""
    place(turn)
    turn.lock(stamps.OUTDATED)
    turn.release()


@flow.start("redraw", when="open")
def redraw(turn: Turn) -> None:
    """Somebody was taken off the list elsewhere."""
    place(turn)
    if of(turn).vehicle.standing and turn.live_cards():
        draw(turn, watchers(turn))
