"""How far a day has got: four people on a list, and what has been done about one of them by real gestures."""

from collections.abc import Callable

from tests.scenarios import lists
from tests.verification.street import Street

NUMBERS = ("350299198805120018", "350299199003070025", "350299198805120019")
LIST = lists.csv(
    lists.person("王建明", "14400001001", 证件号码=NUMBERS[0]),
    lists.person("林秀英", "14400001002"),
    lists.person("陈丽华", "14400001003", 证件号码=NUMBERS[1], 社区="前埔北社区"),
    lists.person("何一帆", "14400001012", 区="", 街道="", 社区="何厝"),
)
AGAIN = lists.csv(lists.person("王建明", "14400001001", 证件号码=NUMBERS[0], 末次暴露日期="2022-03-17"))


def forwarded(street: Street) -> None:
    """王建明 is on the way to 前埔北社区."""
    street.phone("li.fang").forwards("前埔北社区", "王*明")


def disputed(street: Street) -> None:
    """And has come back to where he was."""
    forwarded(street)
    street.phone("chen.jing").taps("接收")
    street.phone("chen.jing").forwards("前埔南社区", "王*明")


def corrected(street: Street) -> None:
    """A result 5 is being corrected."""
    street.phone("li.fang").feeds_back(5, card="王*明")
    street.phone("li.fang").taps("更正")


def at_home(street: Street) -> None:
    """王建明 stays at home without a door sensor."""
    li = street.phone("li.fang")
    li.calls("接通", card="王*明")
    li.fills_in(2, door="否")
    li.submits()
    li.taps("确认反馈")


def telling(street: Street) -> None:
    """The CDC is being told by telephone."""
    li = street.phone("li.fang")
    li.feeds_back(6, card="王*明")
    li.taps("已线下反馈")
    li.submits()


def together(street: Street) -> None:
    """Two of a household have been fed back as one."""
    li = street.phone("li.fang")
    li.reviews(5, card="王*明")
    li.taps("全家同一结果")
    li.submits()
    li.taps("确认反馈")


def twice(street: Street) -> None:
    """林秀英 is about to get the number of 陈丽华."""
    li = street.phone("li.fang")
    li.calls("接通", card="林*英")
    li.fills_in(5, info="信息不一致，需要修改")
    li.ticks("证件号码", question="fields")
    li.submits()
    li.says(NUMBERS[1])


def unreachable(street: Street) -> None:
    """Three calls over an hour, and nobody."""
    li = street.phone("li.fang")
    li.calls("未接", "关机", card="王*明")
    street.waits(minutes=61)
    li.calls("占线", card="王*明")


DAYS: dict[str, Callable[[Street], object]] = {
    "arrived": lambda _: None,
    "reviewed": lambda street: street.phone("li.fang").reviews(5, card="王*明"),
    "fed back": lambda street: street.phone("li.fang").feeds_back(5, card="王*明"),
    "forwarded": forwarded, "disputed": disputed, "corrected": corrected, "at home": at_home, "telling": telling,
    "together": together, "twice": twice, "unreachable": unreachable,
}  # fmt: skip
