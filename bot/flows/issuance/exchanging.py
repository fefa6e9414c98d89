"""撤销 within two minutes, and 更换 afterwards: 丢失, 损坏, 错绑, and two who wear each other's (对调).

A band that was replaced is retired for good and serves nobody else; of two swapped bands both are, and both people get
a new one, in one transaction with the second code.
"""

from bot.flow import UNDO_WITHIN, Aside
from bot.flows.issuance import binding, choosing
from bot.flows.issuance.table import ASK, FOUND, OPEN, chosen, family, flow, kind, kit, member, person
from bot.state import band, contact, issuance, reports, stock
from bot.state.band import Band
from bot.state.code import BadCode
from bot.state.issuance import Held, Reason
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.recipient import Recipient
from bot.turn import Turn
from cards import issuance as card
from cards import issuance_words as say
from cards import refusals

AGAIN = {"household": "household"}


@flow.aside(Aside.UNDO, when=OPEN, then=AGAIN, may=Action.ISSUE)
def undo(turn: Turn) -> str:
    """撤销: the member's last issuance of these two minutes; or their last feedback, if that came after it."""
    return _undo_last(turn)


@flow.tap("undo", when=OPEN, then=AGAIN, may=Action.ISSUE, fresh=False)
def undo_by_tap(turn: Turn) -> str:
    """The same by the button of a household's card."""
    return _undo_last(turn)


@flow.start("undo", then=AGAIN)
def undo_from_elsewhere(turn: Turn) -> str:
    """The word 撤销, said while something else was open."""
    turn.act_for(str(turn.event.data["by"]))
    try:
        return _undo_last(turn)
    except Refused as no:  # nobody pressed anything here that could be answered: say it
        turn.stay()
        turn.reply(no.words)
        return "household"


def _undo_last(turn: Turn) -> str:
    last = issuance.last_by(turn.tx, turn.actor.id, turn.now - UNDO_WITHIN)
    since = last.record.issued_at if last else turn.now - UNDO_WITHIN
    fed_back = reports.last_by(turn.tx, turn.actor.id, since)
    if fed_back is not None:
        turn.stay()
        turn.start("verification", fed_back, "undo", by=turn.actor.id)
        return "household"
    if last is None:
        turn.stay()
        turn.reply(say.NOTHING_TO_UNDO)
        return "household"
    return _undo(turn, last)


def _undo(turn: Turn, last: Held) -> str:
    """Undo it; whoever has ended it meanwhile makes this turn stale, and it is asked for anew."""
    one = person(turn, last.record.contact_id, lock=True)
    if not contact.life.allows(one.person.state, "issue_undone"):
        raise Refused(say.too_late(card.called(one.person.name, "")[0]), "too_late")
    issuance.undo(turn.tx, last, one.person)
    turn.draft = {"kind": kind(turn), "home": one.home}
    turn.focus()
    turn.reply(say.undone(*card.called(one.person.name, one.person.id_number), one.shown))
    _lay_next(turn)
    return "household"


def _lay_next(turn: Turn) -> None:
    """What was done has been answered; the household's card follows in a turn of its own."""
    turn.start(flow.name, turn.actor.id, "laid", by=turn.actor.id)


@flow.start("laid", when=FOUND)
def laid(turn: Turn) -> None:
    """The household that lies on the counter, as it stands now."""
    turn.act_for(str(turn.event.data["by"]))
    if key := str(turn.draft.get("home", "")):
        choosing.lay_home(turn, key, family(turn, key))


# ── 更换 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@flow.tap("replace", when=FOUND, then={"reason": "reason"}, may=Action.ISSUE, fresh=False)
def replace(turn: Turn) -> str:
    """更换: for whom is chosen, now why."""
    one = chosen(turn)
    if not one.code:
        raise Refused(say.NOT_WORN, "not_worn")
    turn.draft = {"kind": kind(turn), "home": one.home, "who": one.person.id}
    turn.focus()
    turn.answer(card.ask_reason(*card.called(one.person.name, one.person.id_number), one.shown, turn.keys), ASK)
    return "reason"


@flow.tap("why", when="reason", then={"anew": "anew", "partner": "partner", "reason": "reason"}, may=Action.ISSUE)
def because(turn: Turn) -> str:
    """Why; 对调 asks with whom, the others for the new code."""
    if turn.arg not in set(Reason):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["why"] = turn.arg
    turn.lock_this(card.REASONS[turn.arg])
    if turn.arg != Reason.SWAPPED:
        return _await_new(turn, str(turn.draft["who"]))
    one = person(turn, str(turn.draft["who"]))
    people = family(turn, one.home)
    others = [
        member(turn, each, number)
        for number, each in enumerate(people, 1)
        if each.code and each.person.id != one.person.id
    ]
    if not others:
        raise Refused(say.NO_PARTNER, "no_partner")
    turn.answer(card.ask_partner(card.called(one.person.name, "")[0], others, turn.keys), ASK)
    return "partner"


@flow.tap("partner", when="partner", then="anew", may=Action.ISSUE)
def with_whom(turn: Turn) -> None:
    """对调: the other one is chosen."""
    other = person(turn, (turn.event.answers.get("who") or ("",))[0], home_key=str(turn.draft["home"]))
    if not other.code or other.person.id == turn.draft["who"]:
        raise Refused(say.NO_PARTNER, "no_partner")
    turn.draft["other"] = other.person.id
    turn.lock_this(card.REASONS[Reason.SWAPPED])
    _await_new(turn, str(turn.draft["who"]))


def _await_new(turn: Turn, who: str) -> str:
    one = person(turn, who)
    turn.focus()
    turn.reply(say.ask_new(*card.called(one.person.name, one.person.id_number), card.REASONS[turn.draft["why"]]))
    return "anew"


@flow.scan(when="anew", then=AGAIN | {"anew": "anew"}, may=Action.ISSUE)
def scanned_anew(turn: Turn) -> str:
    """The new code; for two who swapped, first the one's, then the other's."""
    return _anew(turn, turn.event.codes)


@flow.text(when="anew", then=AGAIN | {"anew": "anew"}, may=Action.ISSUE)
def typed_anew(turn: Turn) -> str:
    """The same, typed."""
    return _anew(turn, [turn.event.text])


def _anew(turn: Turn, texts: list[str]) -> str:
    if no := binding.paused(turn) or ("" if len(texts) == 1 else say.ONE_AT_A_TIME):
        return _stays(turn, no)
    one = str(turn.draft["who"])
    if "other" in turn.draft:
        return _both_anew(turn, texts[0], one, str(turn.draft["other"]))
    who = person(turn, one, lock=True)
    found = _fresh(turn, texts[0], who)
    return _stays(turn, found) if isinstance(found, str) else _exchange(turn, [(who, found)])


def _both_anew(turn: Turn, text: str, one: str, other: str) -> str:
    """对调: the first code is only noted; with the second both are exchanged."""
    people = {ref: person(turn, ref, lock=True) for ref in sorted((one, other))}  # contacts in the order of their ids
    noted = str(turn.draft.get("first", ""))
    first = _fresh(turn, noted or text, people[one])
    if isinstance(first, str):
        turn.draft.pop("first", None)  # somebody may have taken it meanwhile: begin with the first again
        return _stays(turn, first)
    if not noted:
        turn.draft["first"] = text
        turn.reply(say.ask_second(*card.called(people[other].person.name, people[other].person.id_number), first.shown))
        return "anew"
    second = _fresh(turn, text, people[other])
    if isinstance(second, str):
        return _stays(turn, second)
    if first.id == second.id:
        return _stays(turn, say.BOTH_SAME)
    return _exchange(turn, [(people[one], first), (people[other], second)])


def _exchange(turn: Turn, pairs: list[tuple[Recipient, Band]]) -> str:
    """Retire what they wear and give the new ones: all of it, or nothing."""
    reason = Reason(turn.draft["why"])
    band_alone = {kit(turn).band: kit(turn).items[kit(turn).band]}
    for one, fresh in pairs:
        given = issuance.active(turn.tx, one.person.id, lock=True)
        if given is None:
            raise Refused(say.NOT_WORN, "not_worn")
        try:
            _, low = issuance.replace(turn.tx, given, one.person, fresh, reason, band_alone)
        except stock.Short as lacking:
            raise Refused(say.short(lacking.item, lacking.left), "short") from None
        binding.tell_low(turn, one, low)
        who = card.called(one.person.name, one.person.id_number)
        turn.reply(say.replaced(*who, one.shown, fresh.shown, card.REASONS[reason]))
    turn.draft = {"kind": kind(turn), "home": pairs[0][0].home}
    _lay_next(turn)
    return "household"


def _fresh(turn: Turn, text: str, one: Recipient) -> Band | str:
    """The band of a code if it can be this person's, or why not."""
    try:
        found = band.recognise(turn.tx, text, lock=True)
    except BadCode as bad:
        return binding.stray(turn, bad, one.path)
    return binding.not_taken(turn, found, one.person.id) or found


def _stays(turn: Turn, words: str) -> str:
    turn.stay()
    turn.reply(words)
    return "anew"
