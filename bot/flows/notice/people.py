"""Who rides: households ticked off page by page, or one household member by member."""

from bot.flows.notice import muster, questions
from bot.flows.notice.table import ANY, flow
from bot.state.permission import Action
from bot.turn import Turn
from cards import notice as card
from cards import words

MOST = 200  # people on one notice


@flow.tap("homes", when="people", then=ANY, may=Action.NOTIFY_TRANSPORT)
def homes(turn: Turn) -> str | None:
    """A page of households is ticked off; whoever was set member by member stays as set."""
    all_of, ticked = muster.of(turn), set(turn.event.answers.get("homes", ()))
    page = int(turn.draft["page"])
    chosen = set(all_of.chosen)
    for number, people in all_of.page(page):
        ids = {one.id for one in people}
        if str(number) not in ticked:
            chosen -= ids
        elif not ids & chosen:
            chosen |= ids
    muster.choose(turn, sorted(chosen))
    muster.recount(turn)
    if page + 1 < all_of.pages:
        turn.draft["page"] = page + 1
        return questions.ask(turn, "people")
    riding = len(muster.of(turn).riding)
    if not 0 < riding <= MOST:
        turn.draft["page"] = 0
        turn.reply(card.too_many(MOST, riding) if riding else card.nobody_chosen())
        return questions.ask(turn, "people")
    return questions.go_on(turn)


@flow.text(when="people", then=ANY, may=Action.NOTIFY_TRANSPORT)
def home(turn: Turn) -> str | None:
    """The number of a household opens it."""
    offered = muster.of(turn).homes
    upper = len(offered)
    number = words.number(turn.event.text.strip().rstrip(card.HOME_MARKS), upper)
    if number is None or not offered[number - 1]:
        turn.stay()
        turn.reply(card.no_such_home(upper))
        return None
    turn.draft["home"] = number
    return questions.ask(turn, "members")


@flow.tap("members", when="members", then=ANY, may=Action.NOTIFY_TRANSPORT)
def members(turn: Turn) -> str:
    """Who of one household rides."""
    all_of = muster.of(turn)
    ids = {one.id for one in all_of.homes[int(turn.draft["home"]) - 1]}
    ticked = ids & set(turn.event.answers.get("members", ()))
    muster.choose(turn, sorted((set(all_of.chosen) - ids) | ticked))
    muster.recount(turn)
    return questions.ask(turn, "people")
