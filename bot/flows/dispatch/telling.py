"""What community and escorts hear of an order, in a turn of its own: the dispatcher's answer does not wait for it."""

from collections.abc import Callable
from enum import StrEnum

from bot import transport
from bot.flows.dispatch.table import flow, place
from bot.state import vehicle
from bot.turn import Turn
from cards import dispatch as card


class News(StrEnum):
    """What there is to tell of a car."""

    SENT = "sent"
    ARRIVED = "arrived"
    RECALLED = "recalled"


def of_car(turn: Turn, news: News, car: vehicle.Vehicle) -> None:
    """Have it told."""
    turn.start("dispatch", turn.ref, "tell_car", news=news.value, car=car.id)


@flow.start("tell_car")
def tell_car(turn: Turn) -> None:
    """Plate, driver and time to whoever waits for it."""
    place(turn)
    car = vehicle.noun.load(turn.tx, str(turn.event.data["car"]))
    told = _WORDS[News(turn.event.data["news"])](turn, car)
    turn.say(sorted({*transport.authors(turn), *transport.escorts(turn)}), told)


@flow.start("tell_taken")
def tell_taken(turn: Turn) -> None:
    """The community hears who has it."""
    place(turn)
    turn.say(transport.authors(turn), card.told_taken(transport.title(turn), str(turn.event.data["by"])))


def _sent(turn: Turn, car: vehicle.Vehicle) -> str:
    return card.told_car(transport.title(turn), transport.shown(turn, car), transport.of(turn).address)


def _arrived(turn: Turn, car: vehicle.Vehicle) -> str:
    label = transport.label(car.travel_class, car.equipment)
    return card.told_arrived(transport.title(turn), car.plate, label, transport.of(turn).address)


def _recalled(turn: Turn, car: vehicle.Vehicle) -> str:
    return card.told_recalled(transport.title(turn), car.plate)


_WORDS: dict[News, Callable[[Turn, vehicle.Vehicle], str]] = {
    News.SENT: _sent,
    News.ARRIVED: _arrived,
    News.RECALLED: _recalled,
}
