"""One verification, from the pending card to the receipt: who takes it, the form, what is still needed, 确认反馈.

The first press takes the task; everybody else's card then says who has it. What a result needs stands in `NEEDS`; the
questions are asked one after another and may be interrupted anywhere: the draft waits with the conversation.
"""

from typing import Any

from bot.flow import Flow
from bot.state import contact, conversation, fields, offline_duty, staff, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.verification import Case, Result
from bot.turn import Turn
from cards import help as unknown
from cards import parts, words
from cards import verification as card

SLOT = "task"
STEPS = ["waiting", "form", "door", "remark", "willing", "reason", "review", "reported"]
BEFORE_REPORT = STEPS[:-1]
flow = Flow("verification", steps=STEPS)
flow.expects = card.EXPECTS

NEEDS: dict[Result, tuple[str, ...]] = {
    Result.CENTRAL: ("door", "remark", "willing"),
    Result.HOME: ("door", "reason"),
    Result.OTHER_CITY: ("remark",),
    Result.UNCOOPERATIVE: ("remark",),
    Result.UNREACHABLE: ("remark",),
}
KEPT = ("info", "door", "willing", "reason")
AFTER_ANSWER = {step: step for step in ("form", "door", "remark", "willing", "reason", "review")}


@flow.where
def place(turn: Turn) -> str:
    """The community that has custody; the case is loaded and locked here, once."""
    case = verification.case(turn.tx, turn.ref)
    if case is None:
        raise Refused("没有找到这条任务，可能已归档。没有改动。", "unknown_ref")
    turn.room["case"] = case
    return case.place.path


@flow.start("push", when="waiting")
def push(turn: Turn) -> None:
    """The list lays this case on these members' phones, those who still have room."""
    place(turn)
    case, now = _case(turn), turn.now
    if case.task.state == verification.State.OPEN:
        drawn = card.pending(_who(case), case.task.due_at, now, turn.keys)
        free = int(turn.event.data["room"])
        people = [one for one in turn.event.data["to"] if conversation.open_count(turn.tx, one, SLOT) < free]
        turn.send(people, drawn, SLOT)
        for person in people:
            staff.focus_if_free(turn.tx, person, turn.talk.id)


@flow.start("open")
def opened(turn: Turn) -> None:
    """A member has chosen this case from the list: show them what they can do with it now."""
    turn.act_for(str(turn.event.data["to"]))
    turn.require(Action.VERIFY, place(turn))
    if turn.talk.step == "reported":
        _say_reported(turn)
    else:
        _show(turn)


@flow.tap("phone", when=BEFORE_REPORT, may=Action.REVEAL_PHONE, fresh=False)
def phone(turn: Turn) -> None:
    """Show the full number to the member who has the task, taking it for them if nobody has; each reveal is logged."""
    case = _case(turn)
    if not _take(turn):
        return
    person = case.person
    if not person.phone:
        turn.reply(card.no_phone(_who(case).name))
        return
    contact.noun.amend(turn.tx, person, "phone_shown", {"to": turn.actor.id})
    turn.reply(card.phone_shown(_who(case).name, person.phone))


@flow.tap("feedback", when="waiting", then="form", may=Action.VERIFY)
def feedback(turn: Turn) -> None:
    """Open the form, taking the task if nobody has it."""
    if not _take(turn):
        turn.stay()
        return
    _ask(turn, "form")


@flow.text(when="waiting", then=AFTER_ANSWER, may=Action.VERIFY)
def number_at_once(turn: Turn) -> str | None:
    """A number typed while the card is open is the same as choosing in the drop-down, if it is plain which card."""
    if conversation.open_count(turn.tx, turn.actor.id, SLOT) > 1:
        turn.stay()
        turn.reply(card.pick_one())
        return None
    return _number(turn)


@flow.tap("submit", when="form", then=AFTER_ANSWER, may=Action.VERIFY)
def submit(turn: Turn) -> str | None:
    """The form's three answers are in; ask only for what this result still needs."""
    if not _mine(turn):
        return None
    chosen = {question: ids[0] for question, ids in turn.event.answers.items() if ids}
    offered = {"info": card.INFO, "door": card.DOOR, "result": {str(n): "" for n in words.RESULTS}}
    for question, options in offered.items():
        answer = chosen.get(question, "0")
        if answer not in options and answer != "0":
            raise Refused("这个选项不在卡片上，没有保存。\n请重新选择后提交。", "option_not_offered")
        if answer in options:
            turn.draft[question] = answer
    return _ask(turn, _next(turn))


@flow.text(when="form", then=AFTER_ANSWER, may=Action.VERIFY)
def number(turn: Turn) -> str | None:
    """A number typed while the form is open chooses the result; what it needs besides is asked."""
    return _number(turn)


@flow.tap("door", when="door", then=AFTER_ANSWER, may=Action.VERIFY)
def door(turn: Turn) -> str | None:
    """Whether a door sensor is fitted."""
    return _answer(turn, "door", turn.arg, card.DOOR)


@flow.tap("willing", when="willing", then=AFTER_ANSWER, may=Action.VERIFY)
def willing(turn: Turn) -> str | None:
    """Whether the person agrees to be moved."""
    return _answer(turn, "willing", turn.arg, card.WILLING)


@flow.tap("reason", when="reason", then=AFTER_ANSWER, may=Action.VERIFY)
def reason(turn: Turn) -> str | None:
    """Why the person may stay at home."""
    chosen = (turn.event.answers.get("reason") or ("",))[0]
    reasons = {str(n): text for n, text in enumerate(_reasons(turn), 1)}
    return _answer(turn, "reason", reasons.get(chosen, ""), {text: text for text in reasons.values()})


@flow.text(when="remark", then=AFTER_ANSWER, may=Action.VERIFY)
def remark(turn: Turn) -> str | None:
    """The remark is typed; one that says nothing is asked again."""
    if not _mine(turn):
        return None
    text = turn.event.text.strip()
    if not fields.meaningful(text):
        turn.stay()
        turn.reply(card.remark_again())
        return None
    turn.draft["remark"] = text[:500]
    return _ask(turn, _next(turn))


@flow.tap("change", when="review", then="form", may=Action.VERIFY)
def change(turn: Turn) -> None:
    """Back to the form; what was answered is preset."""
    if _mine(turn):
        turn.draft.pop("remark", None)
        turn.draft.pop("willing", None)
        turn.draft.pop("reason", None)
        _ask(turn, "form")


@flow.tap("confirm", when="review", then="reported", may=Action.VERIFY)
def confirm(turn: Turn) -> None:
    """确认反馈: state, report and duty are written; the CDC and the next case follow."""
    if not _mine(turn):
        return
    case, draft, tx = _case(turn), turn.draft, turn.tx
    result = Result(draft["result"])
    person = contact.noun.fire(tx, case.person, verification.MOVES[result], {"result": result.value})
    task = verification.noun.fire(tx, case.task, "reported", {"result": result.value})
    answers: dict[str, Any] = {name: draft[name] for name in KEPT if name in draft}
    report = verification.add_report(tx, task, result.value, draft.get("remark", ""), answers)
    if result in verification.OFFLINE:
        _owe_offline(turn, case, report)
    turn.start("receipt", report.id)
    turn.start("push", case.place.code, "refill")
    turn.lock(f"{turn.actor.name[:4]}已反馈")
    turn.focus(on=False)
    turn.draft = {}
    turn.reply(card.reported(_who(case), int(result), _next_words(result, person)))


@flow.tap("take_over", when=BEFORE_REPORT, may=Action.TAKE_OVER, fresh=False)
def take_over(turn: Turn) -> None:
    """接手: the task changes hands, both hear of it, what was filled in goes along."""
    case, before = _case(turn), turn.talk.holder
    if before != turn.arg or before == turn.actor.id:
        _show(turn)
        return
    verification.noun.amend(turn.tx, case.task, "taken_over", {"from": before}, holder=turn.actor.id)
    turn.lock(f"{turn.actor.name[:4]}已接手")
    turn.say([before], card.taken_over(_who(case), turn.actor.name))
    turn.hold(turn.actor.id)
    staff.unfocus(turn.tx, turn.talk.id)
    _show(turn)


@flow.late
def late(turn: Turn) -> None:
    """An old card never acts: it says who did what since, and brings the live one."""
    case = _case(turn)
    turn.require(Action.VERIFY, case.place.path)
    if turn.talk.step == "reported":
        _say_reported(turn)
        return
    if turn.talk.holder == turn.actor.id:
        turn.reply(card.moved_on(_who(case)))
    _show(turn)


def _say_reported(turn: Turn) -> None:
    """It is done: by whom, when, and what."""
    case = _case(turn)
    report = verification.last_report(turn.tx, case.task)
    if report is not None:
        by, at = staff.name_of(turn.tx, report.reported_by), parts.clock(report.reported_at, turn.now)
        turn.reply(card.already(_who(case), by, at, words.RESULTS[int(report.result)]))
        turn.lock_this(f"{by[:4]}已反馈")


# ── what the handlers share ───────────────────────────────────────────────────────────────────────────────────────────


def _case(turn: Turn) -> Case:
    case: Case = turn.room["case"]
    return case


def _who(case: Case) -> parts.Person:
    person = case.person
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address, person.index_case)


def _take(turn: Turn) -> bool:
    """Make the actor the holder if nobody is; False, with a kind answer, when a colleague is."""
    case = _case(turn)
    if turn.talk.holder == turn.actor.id:
        return True
    if turn.talk.holder:
        _held_by_other(turn)
        return False
    task = verification.noun.fire(turn.tx, case.task, "taken", holder=turn.actor.id, taken_at=turn.now)
    turn.room["case"] = Case(task, case.person, case.place)
    turn.hold(turn.actor.id)
    others = {live.recipient for live in turn.live_cards()} - {turn.actor.id}
    turn.lock(f"{turn.actor.name[:4]}已接手", only=others)
    if others:
        staff.unfocus(turn.tx, turn.talk.id)
    turn.start("push", case.place.code, "refill")
    return True


def _mine(turn: Turn) -> bool:
    """Whether the actor still has the task; if not, who has, kindly, and nothing moves."""
    if turn.talk.holder == turn.actor.id:
        return True
    turn.stay()
    _held_by_other(turn)
    return False


def _held_by_other(turn: Turn) -> None:
    case = _case(turn)
    by, since = staff.name_of(turn.tx, turn.talk.holder), parts.clock(turn.talk.held_at or turn.now, turn.now)
    turn.reply(card.held_by_other(by, since))
    turn.stay()
    held = card.held(_who(case), by, since, turn.keys("take_over", turn.talk.holder))
    turn.send([turn.actor.id], held, "held")


def _number(turn: Turn) -> str | None:
    """A typed result; in `waiting` only when it is plain which card is meant."""
    said = words.number(turn.event.text, len(words.RESULTS))
    if said is None:
        turn.stay()
        turn.reply(unknown.unknown(turn.expects))
        return None
    if not _take(turn):
        turn.stay()
        return None
    turn.draft |= {"result": str(said), "info": turn.draft.get("info", "same")}
    return _ask(turn, _next(turn))


def _answer(turn: Turn, question: str, answer: str, offered: dict[str, str]) -> str | None:
    """Keep one answer of a closed question and go on."""
    if not _mine(turn):
        return None
    if answer not in offered:
        raise Refused("这个选项不在卡片上，没有保存。\n请重新选择。", "option_not_offered")
    turn.draft[question] = answer
    return _ask(turn, _next(turn))


def _next(turn: Turn) -> str:
    """The first thing this result still needs, or the review."""
    chosen = turn.draft.get("result")
    if chosen is None:
        return "form"
    for need in NEEDS[Result(chosen)]:
        if need not in turn.draft:
            return need
    return "review"


def _ask(turn: Turn, step: str) -> str:
    """Put the question of a step to the holder: a card, or words for what is typed."""
    who = _who(_case(turn))
    turn.focus()
    if step == "remark":
        turn.lock_this("请写备注")
        turn.reply(card.ask_remark(who, int(turn.draft["result"])))
        return step
    if step == "form" and turn.verb == "submit":
        turn.reply(card.choose_result())
    drawn = {
        "form": lambda: card.ask_form(who, turn.keys, turn.draft),
        "door": lambda: card.ask_door(who, turn.keys),
        "willing": lambda: card.ask_willing(who, turn.keys),
        "reason": lambda: card.ask_reason(who, _reasons(turn), turn.keys),
        "review": lambda: card.review(who, turn.draft["result"], _rows(turn), turn.draft.get("remark", ""), turn.keys),
    }[step]()
    turn.send([turn.actor.id], drawn, SLOT)
    return step


def _show(turn: Turn) -> None:
    """The live card of this moment for the actor: the task, the open question, or who has it."""
    case = _case(turn)
    if turn.talk.holder and turn.talk.holder != turn.actor.id:
        _held_by_other(turn)
    elif turn.talk.step == "waiting":
        drawn = card.pending(_who(case), case.task.due_at, turn.now, turn.keys)
        turn.send([turn.actor.id], drawn, SLOT)
        turn.focus()
    else:
        _ask(turn, turn.talk.step)


def _rows(turn: Turn) -> list[tuple[str, str]]:
    """The closed answers as lines for review and receipt."""
    return card.answer_rows(turn.draft)


def _reasons(turn: Turn) -> list[str]:
    pack = turn.rules.on(turn.now.date())
    return list(pack.tables.get("home", {}).get("reasons", ["其他"]))


def _owe_offline(turn: Turn, case: Case, report: verification.Report) -> None:
    """Results 4–7 are born together with the duty to tell the CDC by voice (I-22)."""
    due = turn.now + turn.rules.on(turn.now.date()).deadline("offline_duty")
    duty = offline_duty.OfflineDuty(
        turn.tx.id(), offline_duty.State.OPEN, 1, report.id, case.task.id, case.place.code, turn.actor.id, turn.now, due
    )
    offline_duty.noun.insert(turn.tx, duty, "born", result=report.result)
    turn.start("offline_duty", duty.id)


def _next_words(result: Result, person: contact.Contact) -> str:
    """What happens next, for the receipt."""
    if result in verification.OFFLINE:
        return "还需电话或短信告知疾控，请按接下来的卡片办理。"
    return f"现在状态：{contact.State(person.state).label}，下一位会自动发来。"
