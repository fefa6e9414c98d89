"""补充人员: who was supplemented in the member's jurisdiction and what became of it; and the CDC's own queue."""

from bot import offered
from bot.flow import Flow
from bot.state import contact, conversation, staff, supplement
from bot.state.machine import Refused
from bot.state.permission import Action, can
from bot.state.staff import Role
from bot.state.supplement import Case, State
from bot.turn import Turn
from cards import decision as answers
from cards import parts, refusals, stamps, words
from cards import supplements as card
from cards.supplement import DECIDED

OPEN_CARDS = 5
MOST = 200
ROLES = (Role.COMMUNITY, Role.LEAD, Role.CDC)
flow = Flow("supplements", steps=["idle", "listed"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.SUPPLEMENTS, then="listed", may=Action.LIST_SUPPLEMENTS)
def ask(turn: Turn) -> None:
    """The list from its beginning."""
    _list(turn, 0, "")


@flow.tap("list", then="listed", may=Action.LIST_SUPPLEMENTS, fresh=False)
def back(turn: Turn) -> None:
    """返回名单."""
    turn.lock_this(stamps.SEE_NEXT)
    _list(turn, 0, str(turn.draft.get("what", "")))


@flow.tap("more", when="listed", then="listed", may=Action.LIST_SUPPLEMENTS)
def more(turn: Turn) -> None:
    """下一页."""
    _list(turn, int(turn.talk.facts.get("start", 0)) + card.PAGE, str(turn.draft.get("what", "")))


@flow.text(when="listed", then="listed", may=Action.LIST_SUPPLEMENTS)
def said(turn: Turn) -> None:
    """A number opens, 下页 goes on, anything else filters by state or address."""
    text = turn.event.text.strip()
    if text in card.MORE:
        more(turn)
    elif (ref := offered.typed(turn, card.no_such_number)) is None:
        _list(turn, 0, text[:30])
    elif ref:
        _show(turn, ref)


@flow.tap("open", when="listed", may=Action.LIST_SUPPLEMENTS)
def opened(turn: Turn) -> None:
    """One is chosen in the drop-down."""
    if ref := offered.picked(turn, "who", card.no_such_number):
        _show(turn, ref)


@flow.tap("correct", may=Action.SUPPLEMENT, fresh=False)
def correct(turn: Turn) -> None:
    """更正: the sheet is opened again."""
    turn.lock_this(stamps.SEE_NEXT)
    turn.start("supplement", turn.actor.id, "correct", supplement=turn.arg, by=turn.actor.id)


@flow.tap("withdraw", may=Action.SUPPLEMENT, fresh=False)
def withdraw(turn: Turn) -> None:
    """撤回."""
    turn.lock_this(stamps.SEE_NEXT)
    turn.start("supplement", turn.actor.id, "withdraw", supplement=turn.arg, by=turn.actor.id)


@flow.late
def late(turn: Turn) -> None:
    """An older list."""
    turn.require(Action.LIST_SUPPLEMENTS, "")
    turn.stay()
    turn.reply(card.old_list())
    turn.lock_this(stamps.OUTDATED)


def _list(turn: Turn, start: int, what: str) -> None:
    paths = [grant.path for grant in turn.actor.grants if grant.role in ROLES]
    cases = supplement.under(turn.tx, paths, MOST, state=card.FILTERS.get(what, ""))
    if what and what not in card.FILTERS:
        cases = [case for case in cases if what in case.person.address or what in case.place.name]
    page = cases[start : start + card.PAGE]
    turn.talk.facts = {"refs": [case.supplement.id for case in page], "start": start}
    turn.draft["what"] = what
    turn.focus()
    if not page:
        turn.lock(stamps.LIST_EMPTY, slot="list")
        turn.reply(card.nothing(what))
        return
    lines = [_line(n, case) for n, case in enumerate(page, 1)]
    goes_on = len(cases) > start + card.PAGE
    turn.reply(card.listing(len(cases), lines, goes_on, what))
    turn.answer(card.chooser(lines, len(cases), goes_on, turn.keys), "list")


def _line(number: int, case: Case) -> card.Line:
    who = _who(case)
    return card.Line(number, case.supplement.id, who.name, _state(case), case.place.name, who.address)


def _state(case: Case) -> str:
    """待判定, 退回补充, 已撤回, or what was decided."""
    one = case.supplement
    return DECIDED[one.decision] if one.decision else State(one.state).label


def _show(turn: Turn, ref: str) -> None:
    """One of the list: the CDC gets its decision card, the submitter what they may do, others what there is to see."""
    case = supplement.case(turn.tx, ref)
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.require(Action.LIST_SUPPLEMENTS, case.place.path)
    one = case.supplement
    if one.state == State.UNDECIDED and can(turn.actor, Action.DECIDE_SUPPLEMENT, case.place.path):
        turn.start("decision", one.id, "open", to=turn.actor.id)
        return
    who = _who(case)
    decided = (
        f"{staff.name_of(turn.tx, one.decided_by)} {parts.clock(one.decided_at, turn.now)}" if one.decided_at else ""
    )
    rows = answers.rows(
        who, _related(turn, one), one.relation, answers.feedback(str(one.answers.get("result", ""))),
        staff.name_of(turn.tx, one.submitted_by), case.place.name, child=bool(one.guardian),
    )  # fmt: skip
    own = one.open and can(turn.actor, Action.SUPPLEMENT, case.place.path) and _may_change(turn, one)
    turn.answer(card.detail(who, _state(case), decided, rows, one.reason, one.id, turn.keys, own=own), "detail")


def _may_change(turn: Turn, one: supplement.Supplement) -> bool:
    """Its submitter may; once they have left, a colleague."""
    return one.submitted_by == turn.actor.id or not staff.active(turn.tx, [one.submitted_by])


def _related(turn: Turn, one: supplement.Supplement) -> str:
    related = contact.noun.find(turn.tx, one.related_id)
    return related.name if related else ""


def _who(case: Case) -> parts.Person:
    person = case.person
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address)


# ── the CDC's queue ───────────────────────────────────────────────────────────────────────────────────────────────────


@flow.start("more")
def too_many(turn: Turn) -> None:
    """More waits than fits on the phone: one card counts it."""
    count = len(supplement.waiting(turn.tx, _cdc_paths(turn)))
    if count:
        turn.send([turn.ref], card.waiting(count, turn.keys), "waiting")


@flow.start("next")
def following(turn: Turn) -> None:
    """A place on the phone is free: lay the oldest that is not on it yet."""
    _fill(turn)


@flow.tap("next", may=Action.DECIDE_SUPPLEMENT, fresh=False)
def pressed(turn: Turn) -> None:
    """继续判定."""
    turn.lock_this(stamps.GOES_ON)
    _fill(turn)


def _fill(turn: Turn) -> None:
    free = OPEN_CARDS - conversation.open_count(turn.tx, turn.ref, "decision")
    waits = supplement.waiting(turn.tx, _cdc_paths(turn)) if free > 0 else []
    shown = conversation.holders_of(turn.tx, "decision", waits[: OPEN_CARDS * 4], "decision")
    for ref in [one for one in waits if turn.ref not in shown.get(one, ())][: max(0, free)]:
        turn.start("decision", ref, "open", to=turn.ref)


def _cdc_paths(turn: Turn) -> list[str]:
    member = staff.find(turn.tx, turn.ref)
    return [grant.path for grant in member.grants if grant.role == Role.CDC] if member else []
