"""Taking a task: the pending card, the telephone, the colleague who was first, 接手 and 转交同事."""

from bot import custody, handing
from bot.flows.verification import questions
from bot.flows.verification.table import AFTER_ANSWER, WORKING, flow
from bot.ladder import Step
from bot.state import call, contact, conversation, reports, staff, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import help as unknown
from cards import parts, refusals, stamps
from cards import verification as card
from cards import verification_words as say
from cards.template import Card


@flow.start("push", when="waiting")
def push(turn: Turn) -> None:
    """The list lays this case on these members' phones, those who still have room."""
    case = custody.load(turn)
    if case.task.state == verification.State.OPEN:
        free = int(turn.event.data["room"])
        laid = conversation.open_counts(turn.tx, turn.event.data["to"], custody.SLOT)
        people = [one for one in turn.event.data["to"] if laid[one] < free]
        turn.send(people, pending(turn), custody.SLOT)
        for person in people:
            staff.focus_if_free(turn.tx, person, turn.talk.id)


@flow.start("open")
def opened(turn: Turn) -> None:
    """A member has chosen this case from the list: show them what they can do with it now."""
    turn.act_for(str(turn.event.data["to"]))
    turn.require(Action.VERIFY, custody.load(turn).place.path)
    show(turn)


@flow.tap("phone", when=WORKING, may=Action.REVEAL_PHONE, fresh=False)
def phone(turn: Turn) -> None:
    """Show the full number to the member who has the task, taking it for them if nobody has; each reveal is logged."""
    if not custody.take(turn):
        return
    case = custody.case_of(turn)
    if not case.person.phone:
        turn.reply(say.no_phone(custody.who(case).name))
        return
    contact.noun.amend(turn.tx, case.person, "phone_shown", {"to": turn.actor.id})
    shown = say.phone_shown(custody.who(case).name, case.person.phone)
    turn.answer(card.ask_call(custody.who(case), turn.keys, shown), "call")
    turn.focus()


@flow.tap("called", when=WORKING, then=AFTER_ANSWER, may=Action.VERIFY, fresh=False)
def called(turn: Turn) -> str | None:
    """One attempt and its outcome; in the middle of the form it may be what the result was waiting for."""
    if not custody.mine(turn):
        return None
    if turn.arg not in set(call.Outcome):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    if turn.card is None or not turn.card.live:
        turn.stay()
        turn.reply(say.call_logged_already())
        return None
    case, outcome = custody.case_of(turn), call.Outcome(turn.arg)
    call.log(turn.tx, case.person.id, case.task.id, outcome)
    turn.lock_this(f"{card.CALLS[outcome.value]} {parts.clock(turn.now, turn.now)}")
    if turn.talk.step == "call":
        return questions.go_on(turn)
    if turn.talk.step == "waiting" and outcome is call.Outcome.ANSWERED:
        return questions.ask(turn, "form")
    turn.stay()
    failed = [one for one in call.attempts(turn.tx, case.person.id) if one.outcome != call.Outcome.ANSWERED]
    turn.reply(say.call_logged(custody.who(case), card.CALLS[outcome.value], len(failed)))
    return None


@flow.tap("feedback", when=WORKING, then=AFTER_ANSWER, may=Action.VERIFY, fresh=False)
def feedback(turn: Turn) -> str | None:
    """Open the form, taking the task if nobody has it; later the same button brings the open question again."""
    if not custody.take(turn):
        return None
    return questions.ask(turn, "form" if turn.talk.step == "waiting" else turn.talk.step)


@flow.text(when="waiting", then=AFTER_ANSWER, may=Action.VERIFY)
def number_at_once(turn: Turn) -> str | None:
    """A number typed while the card is open is the same as choosing in the drop-down, if it is plain which card."""
    if conversation.open_count(turn.tx, turn.actor.id, custody.SLOT) > 1:
        turn.stay()
        turn.reply(say.pick_one())
        return None
    return questions.number(turn)


@flow.tap("take_over", when=WORKING, may=Action.TAKE_OVER, fresh=False)
def take_over(turn: Turn) -> None:
    """接手: the task changes hands, both hear of it, what was filled in goes along."""
    if turn.talk.holder != turn.arg or turn.talk.holder == turn.actor.id:
        show(turn)
    else:
        _hand(turn, turn.actor.id)
        turn.say([turn.arg], say.taken_over(custody.who(custody.case_of(turn)), turn.actor.name))


@flow.tap("hand_over", when=WORKING, may=Action.REASSIGN, fresh=False)
def hand_over(turn: Turn) -> None:
    """转交同事: choose one of those who serve the same community."""
    if not custody.take(turn):
        return
    case = custody.case_of(turn)
    serving = staff.serving_named(turn.tx, staff.Role.COMMUNITY, case.place.path)
    colleagues = [one for one in serving if one[0] != turn.actor.id]
    if not colleagues:
        turn.reply(say.no_colleague())
        return
    turn.answer(card.choose_colleague(custody.who(case), colleagues[:10], turn.keys), "hand_over")


@flow.tap("hand_to", when=WORKING, may=Action.REASSIGN, fresh=False)
def hand_to(turn: Turn) -> None:
    """The colleague is chosen: they get the task with all that was filled in."""
    if not custody.mine(turn):
        return
    case, to = custody.case_of(turn), (turn.event.answers.get("to") or ("",))[0]
    if to not in staff.serving(turn.tx, staff.Role.COMMUNITY, case.place.path) or to == turn.actor.id:
        raise Refused(refusals.NOT_A_COLLEAGUE, "option_not_offered")
    giver = turn.actor
    name = _hand(turn, to)
    turn.say([giver.id], say.handed(custody.who(case), name))
    turn.say([to], say.handed_to_you(custody.who(case), giver.name))


@flow.start("reassign", when=WORKING)
def reassigned(turn: Turn) -> None:
    """The roster or a lead has given the task to somebody else; nothing happens if it has moved since."""
    case, wait = custody.load(turn), handing.given(turn, Step.FEEDBACK)
    if wait is not None and case.task.state == verification.State.TAKEN and turn.talk.holder not in wait.holders:
        _hand(turn, wait.holders[0])


def _hand(turn: Turn, to: str) -> str:
    """Make `to` the holder and lay the live card of this moment on their phone; their name."""
    case = custody.case_of(turn)
    if case.task.state == verification.State.OPEN:
        task = verification.noun.fire(turn.tx, case.task, "taken", holder=to, taken_at=turn.now)
    else:
        task = verification.noun.amend(turn.tx, case.task, "handed", {"from": turn.talk.holder, "to": to}, holder=to)
    turn.room["case"] = verification.Case(task, case.person, case.place)
    custody.taken(turn, task.id, to)
    turn.act_for(to)
    turn.lock(stamps.by(turn.actor.name, stamps.TAKEN))
    turn.focus_alone(to)
    turn.hold(to)
    show(turn)
    return turn.actor.name


@flow.late
def late(turn: Turn) -> None:
    """An old card never acts: it says who did what since, and brings the live one."""
    turn.require(Action.VERIFY, custody.case_of(turn).place.path)
    if turn.talk.step in WORKING and turn.talk.holder == turn.actor.id:
        turn.reply(say.moved_on(custody.who(custody.case_of(turn))))
    show(turn)


def show(turn: Turn) -> None:
    """The live card of this moment for the actor: the task, the open question, who has it, or that it is done."""
    case = custody.case_of(turn)
    if turn.talk.step not in WORKING:
        _say_reported(turn)
    elif turn.talk.holder and turn.talk.holder != turn.actor.id:
        custody.held_by_other(turn)
    elif turn.talk.step == "waiting":
        turn.answer(pending(turn), custody.SLOT)
        turn.focus()
    elif case.task.state == verification.State.FORWARDED:
        turn.reply(say.being_forwarded(custody.who(case)))
    else:
        lay(turn)
        questions.ask(turn, turn.talk.step)


def lay(turn: Turn) -> None:
    """The person's card, with 显示电话 on it, if it does not lie on the actor's phone."""
    if not any(one.slot == custody.SLOT and one.recipient == turn.actor.id for one in turn.live_cards()):
        turn.answer(pending(turn), custody.SLOT)


def _say_reported(turn: Turn) -> None:
    """It is done: by whom, when, and what."""
    case = custody.case_of(turn)
    report = reports.last(turn.tx, case.task)
    if report is not None:
        by, at = staff.name_of(turn.tx, report.reported_by), parts.clock(report.reported_at, turn.now)
        turn.reply(say.already(custody.who(case), by, at, int(report.result)))
        turn.lock_this(stamps.by(by, stamps.REPORTED))
    else:
        turn.reply(say.closed(custody.who(case), contact.State(case.person.state).label))
        turn.lock_this(stamps.SETTLED)


def pending(turn: Turn) -> Card:
    """The card of a task nobody has begun."""
    case = custody.case_of(turn)
    return card.pending(custody.who(case), case.task.due_at, turn.now, turn.keys)


@flow.text(when="reported", may=Action.VERIFY)
def nothing_open(turn: Turn) -> None:
    """Words after the end belong to nothing."""
    turn.focus(on=False)
    turn.reply(unknown.unknown(""))
