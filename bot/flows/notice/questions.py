"""One question after another until a notice is complete; each is drawn from the draft as it is now."""

from collections.abc import Sequence
from datetime import datetime

from bot.flows.notice import muster
from bot.state import area, fields, notice
from bot.state.ready import Traveller
from bot.state.staff import Role
from bot.turn import Turn
from cards import notice as card
from cards import parts, stamps

SLOT = "notice"


def places(turn: Turn) -> list[area.Area]:
    """The communities this member writes notices for."""
    if "places" not in turn.room:
        paths = [grant.path for grant in turn.actor.grants if grant.role == Role.COMMUNITY]
        turn.room["places"] = area.communities(turn.tx, paths)
    found: list[area.Area] = turn.room["places"]
    return found


def begin(turn: Turn, here: area.Area, chosen: Sequence[str], people: Sequence[Traveller]) -> str:
    """A draft for one of the member's communities."""
    muster.begin(turn, here, people, chosen)
    return ask(turn, "people")


def go_on(turn: Turn) -> str:
    """The next thing that is missing, or the review."""
    if "address" not in turn.draft:
        return ask(turn, "address")
    return ask(turn, "review" if "at" in turn.draft else "time")


def wrong(turn: Turn, error: fields.FieldError) -> None:
    """A field that cannot be taken: its name, what is wrong, the cure; the question stays."""
    turn.stay()
    turn.reply(card.wrong(error.field, error.what, error.cure))


def ask(turn: Turn, step: str) -> str:
    """Put the question of a step: a card, words for what is typed, or both."""
    turn.focus()
    if step != "place" and not muster.of(turn).anybody:  # everybody offered has been listed elsewhere
        turn.lock(stamps.DRAFT_DROPPED)
        turn.focus(on=False)
        turn.draft = {}
        turn.reply(card.nobody(0))
        return "idle"
    if step == "members" and not muster.of(turn).homes[int(turn.draft["home"]) - 1]:
        step = "people"  # that household has been listed elsewhere
    DRAWERS[step](turn)
    return step


def _place(turn: Turn) -> None:
    named = [(one.code, one.name) for one in places(turn) if one.code in turn.draft["places"]]
    turn.answer(card.choose_place(named, turn.keys), SLOT)


def _people(turn: Turn) -> None:
    all_of = muster.of(turn)
    turn.draft["page"] = page = all_of.page_from(int(turn.draft["page"]))
    shown = [muster.home(number, people, all_of.chosen) for number, people in all_of.page(page)]
    total = sum(map(len, all_of.homes))
    turn.reply(card.listing(shown, total, page + 1, all_of.pages))
    turn.answer(card.choose_homes(shown, page + 1, all_of.pages, turn.keys), SLOT)


def _members(turn: Turn) -> None:
    all_of, number = muster.of(turn), int(turn.draft["home"])
    shown = muster.home(number, all_of.homes[number - 1], all_of.chosen)
    turn.answer(card.choose_members(shown, turn.keys), SLOT)


def _address(turn: Turn) -> None:
    turn.lock(stamps.SEE_NEXT, slot=SLOT)
    turn.reply(card.ask_address(*muster.of(turn).counts))
    if known := notice.last_addresses(turn.tx, turn.draft["area"], 3):
        turn.answer(card.choose_address(known, turn.keys), SLOT)


def _time(turn: Turn) -> None:
    turn.answer(card.ask_time(turn.keys), SLOT)


def _counts(turn: Turn) -> None:
    turn.lock(stamps.SEE_NEXT, slot=SLOT)
    turn.reply(card.ask_counts(*muster.of(turn).counts))


def _why(turn: Turn) -> None:
    turn.reply(card.ask_why())


def _review(turn: Turn) -> None:
    all_of, draft = muster.of(turn), turn.draft
    close, other = draft.get("counts") or all_of.counts
    names = [muster.who(one).name for one in all_of.riding]
    at = parts.clock(datetime.fromisoformat(draft["at"]), turn.now)
    homes = len({one.home for one in all_of.riding})
    drawn = card.Draft(muster.place(turn).name, names, homes, close, other, draft.get("why", ""), draft["address"], at)
    turn.answer(card.review(drawn, turn.keys), SLOT)


DRAWERS = {
    "place": _place,
    "people": _people,
    "members": _members,
    "address": _address,
    "time": _time,
    "counts": _counts,
    "why": _why,
    "review": _review,
}
