"""Binding: a code arrives by scan, photo or keyboard, and kit, band, record and state are written for one person.

The answer rides in the callback's own response and names person and 尾号 for the roll-call. Whatever is not taken is
said and changes nothing; only codes that nobody knows are counted, and ten of them pause the member.
"""

from bot.flows.issuance import choosing
from bot.flows.issuance.table import (
    HOME,
    family,
    flow,
    home,
    kind,
    kit,
    leads,
    members,
    paths,
    person,
    refusal,
    standing,
)
from bot.state import band, code, issuance, recipient, staff, stock, strays
from bot.state.band import Band
from bot.state.code import BadCode, Reason
from bot.state.permission import Action
from bot.state.queue import Outcome
from bot.state.recipient import Recipient
from bot.state.stock import Stock
from bot.turn import Kind, Turn
from cards import codes as code_words
from cards import issuance as card
from cards import issuance_words as say
from cards import parts, words

AFTER = {"scan": "scan", "household": "household", "search": "search"}
LOOKS_LIKE_A_CODE = 6  # characters; shorter ones are numbers and initials


@flow.scan(when="scan", then=AFTER, may=Action.ISSUE)
def scanned(turn: Turn) -> str:
    """What the camera read, from the menu or in a photo."""
    found = turn.event.codes
    if len(found) > 1:  # only a photograph shows several
        turn.stay()
        turn.reply("\n".join([*(whose(turn, one) for one in found), say.ONE_AT_A_TIME]))
        return "scan"
    return bind_all(turn, found)


@flow.text(when="scan", then=AFTER, may=Action.ISSUE)
def typed(turn: Turn) -> str:
    """Codes are bound, in the order in which they were typed; a number chooses another person, words another home."""
    text, people = turn.event.text, family(turn, str(turn.draft["home"]))
    number = words.number(text, len(people))
    if number is not None:
        return choosing.await_code(turn, people[number - 1])
    if not is_code(turn, text):
        return choosing.look_up(turn)
    return bind_all(turn, code.several(text)[: code.MOST])


@flow.word(words.SCAN_AND_BIND, may=Action.ISSUE)
def scanned_too_early(turn: Turn) -> None:
    """The camera was opened while nobody is chosen: say whose the code is. Typed, the word says where the camera is."""
    if turn.event.kind is not Kind.SCAN:
        turn.reply(say.SCAN_BY_MENU)
        return
    turn.reply("\n".join(whose(turn, one) for one in turn.event.codes) or say.NOBODY_CHOSEN)


@flow.scan(when=("idle", "kind", "menu", "search", "household", "reason", "partner"), may=Action.ISSUE)
def nobody_chosen(turn: Turn) -> None:
    """A code without a person: whose it is, and that somebody has to be chosen first."""
    scanned_too_early(turn)


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_code(turn: Turn, text: str) -> bool:
    """Whether typed words are meant as codes rather than as an address or a name."""
    pieces = code.several(text)
    return bool(pieces) and any(_code_like(turn, piece) for piece in pieces)


def _code_like(turn: Turn, piece: str) -> bool:
    try:
        code.read(turn.tx.keys, piece)
    except BadCode as bad:
        long_enough = len(piece) >= LOOKS_LIKE_A_CODE and piece.isascii() and any(map(str.isdigit, piece))
        return bad.why is not Reason.EMPTY and (bad.why is not Reason.NOT_REGISTERED or long_enough)
    return True


def whose(turn: Turn, text: str) -> str:
    """In words: whose a code is, with who and when; a code that nobody knows counts."""
    try:
        found = band.recognise(turn.tx, text)
    except BadCode as bad:
        return stray(turn, bad, paths(turn)[0])
    return not_taken(turn, found, "") or say.fresh(found.shown)


def stray(turn: Turn, bad: BadCode, path: str) -> str:
    """A code that nobody knows: refused and counted; the tenth pauses the member and tells the lead."""
    turn.outcome, turn.reason = Outcome.REFUSED, bad.reason
    end = strays.add(turn.talk.facts, turn.now)
    if end is None:
        return bad.words
    people, place = leads(turn, path)
    turn.say(people, say.paused_lead(turn.actor.name, place, parts.clock(end, turn.now)))
    return say.paused(parts.clock(end, turn.now))


def paused(turn: Turn) -> str:
    """What somebody hears whose scanning is paused, or an empty text."""
    end = strays.until(turn.talk.facts, turn.now)
    return say.paused(parts.clock(end, turn.now)) if end else ""


def not_taken(turn: Turn, found: Band, contact_id: str) -> str:
    """Why a band cannot be bound to a person (or to anybody, when empty), with who and when; "" if it can."""
    if found.may_serve(contact_id):
        return ""
    if found.state == band.State.RETIRED:
        by, at = staff.name_of(turn.tx, found.ended_by), parts.clock(found.ended_at or turn.now, turn.now)
        return code_words.retired(by, at, card.ENDED.get(found.reason, found.reason))
    one = recipient.find(turn.tx, found.contact_id or "")
    who = card.called(one.person.name, one.person.id_number) if one else ("", "")
    if found.state == band.State.FREED:
        by, at = staff.name_of(turn.tx, found.ended_by), parts.clock(found.ended_at or turn.now, turn.now)
        return say.once_of_other(found.shown, *who, by, at)
    by, at = staff.name_of(turn.tx, found.bound_by), parts.clock(found.bound_at or turn.now, turn.now)
    return say.worn_by_other(found.shown, *who, by, at)


# ── one person and one code after another ─────────────────────────────────────────────────────────────────────────────


def bind_all(turn: Turn, texts: list[str]) -> str:
    """Bind each code to the next person who is due, beginning with the chosen one; each is answered in its line."""
    lines: list[str] = []
    bound = 0
    turn.focus()
    for text in texts:
        if words_of_pause := paused(turn):
            turn.outcome, turn.reason = Outcome.REFUSED, "paused"
            lines.append(words_of_pause)
            break
        if not _somebody_waits(turn):
            lines.append(say.too_many(text[:20]))
            continue
        line, done = _bind(turn, text)
        lines.append(line)
        bound += done
    if bound:
        turn.outcome, turn.reason = Outcome.APPLIED, ""
    step = _go_on(turn, lines, bound)
    turn.reply("\n".join(lines))
    return step


def _bind(turn: Turn, text: str) -> tuple[str, bool]:
    """One code for the person who is chosen: the receipt and True, or why not."""
    one = person(turn, str(turn.draft["who"]), lock=True)
    if standing(turn, one) != "due":
        turn.draft["who"] = ""
        turn.outcome, turn.reason = Outcome.REFUSED, standing(turn, one)
        return refusal(turn, one), False
    try:
        found = band.recognise(turn.tx, text, lock=True)
    except BadCode as bad:
        return stray(turn, bad, one.path), False
    if no := not_taken(turn, found, one.person.id):
        turn.outcome, turn.reason = Outcome.REFUSED, f"band_{found.state}"
        return no, False
    try:
        _, low = issuance.issue(turn.tx, one.person, found, kit(turn).items)
    except stock.Short as lacking:
        turn.outcome, turn.reason = Outcome.REFUSED, "short"
        return say.short(lacking.item, lacking.left), False
    tell_low(turn, one, low)
    turn.draft["who"] = ""
    return say.bound(*card.called(one.person.name, one.person.id_number), found.shown), True


def tell_low(turn: Turn, one: Recipient, low: list[Stock]) -> None:
    """The lead hears of what has just run low at the person's point."""
    if low:
        people, place = leads(turn, one.path)
        for each in low:
            turn.say(people, say.low(place, each.item, each.on_hand))


def _somebody_waits(turn: Turn) -> bool:
    """Whether a person is chosen for the next code: the one before is done, so the next of the household is."""
    if not turn.draft.get("who"):
        waiting = [one for one in family(turn, str(turn.draft["home"])) if standing(turn, one) == "due"]
        turn.draft["who"] = waiting[0].person.id if waiting else ""
    return bool(turn.draft["who"])


def _go_on(turn: Turn, lines: list[str], bound: int) -> str:
    """Who comes next in the household; when nobody does it is finished, and its card says so."""
    if turn.draft.get("who"):
        turn.stay()
        return "scan"
    key = str(turn.draft["home"])
    people = family(turn, key)
    following = next((one for one in people if standing(turn, one) == "due"), None)
    turn.draft = {"kind": kind(turn), "home": key}
    if following is not None:
        turn.draft["who"] = following.person.id
        lines.append(say.next_one(*card.called(following.person.name, following.person.id_number)))
        return "scan"
    if not bound:
        return "household"
    shown = home(turn, key, people)
    lines.append(say.home_done(shown.due, shown.given))
    turn.answer(card.household(shown, members(turn, people), turn.keys), HOME)
    return "search"
