"""门磁: a home isolation lacks its door sensor; it is fitted within the pack's time, or the lead hears of it."""

from bot import custody, handing, ladder
from bot.flow import Flow
from bot.state import staff, waiting
from bot.state.permission import Action
from bot.turn import Turn
from cards import door_sensor as card
from cards import stamps

SLOT = "door"
flow = Flow("door_sensor", steps=["owed", "fitted", "dropped"])


@flow.where
def place(turn: Turn) -> str:
    """The community of the home."""
    return custody.load(turn).place.path


@flow.start(when="*", then="owed")
def begun(turn: Turn) -> None:
    """A feedback 居家 said that no sensor is fitted."""
    case = custody.load(turn)
    within = turn.rules.at(case.person.created_at).deadline(ladder.Step.DOOR_SENSOR)
    turn.hold(case.task.holder)
    turn.send([case.task.holder], card.owed(custody.who(case), within, turn.keys), SLOT)
    since, holders = case.person.created_at, [case.task.holder]
    ladder.begin(turn, ladder.Step.DOOR_SENSOR, turn.ref, case.place.path, holders, determined=since)


@flow.start("open", when="*")
def opened(turn: Turn) -> None:
    """A member wants to see what is still owed."""
    turn.act_for(str(turn.event.data["to"]))
    case = custody.load(turn)
    turn.require(Action.VERIFY, case.place.path)
    wait = waiting.find(turn.tx, ladder.Step.DOOR_SENSOR, turn.ref)
    if turn.talk.step == "owed" and wait is not None:
        turn.answer(card.owed(custody.who(case), wait.due - turn.now, turn.keys), SLOT)
    else:
        late(turn)


@flow.start("reassign", when="owed", then="owed")
def reassigned(turn: Turn) -> None:
    """The roster or a lead has given the task to somebody else: the card lies with them from now on."""
    wait = handing.given(turn, ladder.Step.DOOR_SENSOR)
    if wait is None or turn.talk.holder in wait.holders:
        turn.stay()
        return
    turn.act_for(wait.holders[0])
    turn.lock(stamps.by(turn.actor.name, stamps.TAKEN))
    turn.hold(turn.actor.id)
    turn.answer(card.owed(custody.who(custody.load(turn)), wait.due - turn.now, turn.keys), SLOT)


@flow.tap("fitted", when="owed", then="fitted", may=Action.VERIFY)
def fitted(turn: Turn) -> None:
    """门磁已安装."""
    ladder.end(turn, ladder.Step.DOOR_SENSOR, turn.ref)
    turn.lock(stamps.FITTED)
    turn.reply(card.done(custody.who(custody.case_of(turn))))


@flow.start("dropped", when="owed", then="dropped")
def dropped(turn: Turn) -> None:
    """The feedback that demanded it is gone; the next one may demand it anew."""
    ladder.end(turn, ladder.Step.DOOR_SENSOR, turn.ref)
    turn.lock(stamps.VOID)


@flow.late
def late(turn: Turn) -> None:
    """Fitted already, fallen away, or with a colleague since."""
    case = custody.case_of(turn)
    turn.require(Action.VERIFY, case.place.path)
    who = custody.who(case)
    wait = waiting.find(turn.tx, ladder.Step.DOOR_SENSOR, turn.ref) if turn.talk.step == "owed" else None
    if wait is None:
        gone = turn.talk.step == "dropped"
        turn.reply(card.dropped(who) if gone else card.done_already(who))
        turn.lock_this(stamps.VOID if gone else stamps.FITTED)
    elif turn.talk.holder == turn.actor.id:
        turn.answer(card.owed(who, wait.due - turn.now, turn.keys), SLOT)
    else:
        turn.reply(card.with_colleague(who, staff.name_of(turn.tx, turn.talk.holder)))
        turn.lock_this(stamps.TAKEN)
