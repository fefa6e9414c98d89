"""库存: what a point has on hand, and what comes, goes or is counted there, as typed."""

from bot.flow import Aside, Flow
from bot.state import area, stock
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.staff import Role
from bot.state.stock import Why
from bot.turn import Turn
from cards import refusals, words
from cards import stock as card

flow = Flow("stock", steps=["idle", "open"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.STOCK, then="open", may=Action.SEE_STOCK)
def ask(turn: Turn) -> None:
    """The stock of the member's points."""
    turn.focus()
    for place in _points(turn):
        lines = [card.Line(one.item, one.on_hand, one.low) for one in stock.at(turn.tx, place.code)]
        turn.reply(card.listing(place.name, lines) if lines else card.nothing(place.name))


@flow.text(when="open", may=Action.SEE_STOCK)
def said(turn: Turn) -> None:
    """`N95口罩 +50`: pieces come, go, or are counted; at the member's own point."""
    found, kit = card.said(turn.event.text), turn.rules.at(turn.now).kit
    if found is None:
        turn.reply(card.NOT_READ)
        return
    place = _points(turn)[0]
    turn.require(Action.SEE_STOCK, place.path)
    item, sign, pieces = found
    known = list(dict.fromkeys([*kit.items, *(one.item for one in stock.at(turn.tx, place.code))]))
    if item not in known:
        turn.reply(card.unknown(item, known))
        return
    try:
        turn.reply(_write(turn, place, item, sign, pieces))
    except stock.Short as lacking:
        raise Refused(card.short(item, lacking.left), "short") from None


def _write(turn: Turn, place: area.Area, item: str, sign: str, pieces: int) -> str:
    low = turn.rules.at(turn.now).kit.low
    if sign == "=":
        after, wrong = stock.count(turn.tx, place.code, item, pieces, low)
        return card.counted(place.name, item, wrong, after.on_hand)
    signed = pieces if sign == "+" else -pieces
    after = stock.move(turn.tx, place.code, item, signed, Why.RECEIVED if signed > 0 else Why.SPOILT, low)
    return card.moved(place.name, item, signed, after.on_hand)


@flow.aside(Aside.BACK, when="open", then="idle")
@flow.aside(Aside.CANCEL, when="open", then="idle")
def leave(turn: Turn) -> None:
    """返回, 取消: the books are closed."""
    turn.focus(on=False)
    turn.reply(card.LEFT)


@flow.late
def late(turn: Turn) -> None:
    """No card of this flow exists; a forged one gets a kind word."""
    turn.reply(refusals.FOREIGN_BUTTON)


def _points(turn: Turn) -> list[area.Area]:
    """The communities the member works in; of a lead of a street those below it that keep a stock."""
    paths = [grant.path for grant in turn.actor.grants if grant.role in (Role.COMMUNITY, Role.LEAD)]
    found = stock.points(turn.tx, paths)
    mine = [area.find(turn.tx, grant.area_code) for grant in turn.actor.grants if grant.role == Role.COMMUNITY]
    own = [place for place in mine if place is not None]
    return [*own, *(place for place in found if place not in own)] or _refuse()


def _refuse() -> list[area.Area]:
    raise Refused(card.NO_POINT, "no_point")
