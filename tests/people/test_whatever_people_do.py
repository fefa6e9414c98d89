"""Whatever people do, what is open lies with somebody of the place who is there, or, when nobody is, with the lead."""

import functools

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.state import staff
from bot.state.unit import Tx
from tests.people import hands
from tests.people.test_relay import without
from tests.scenarios import lists
from tests.verification import books
from tests.verification.street import Street

WORKERS = ("li.fang", "wang.qiang")
NAMES = lists.NAMES[:3]
deeds = st.one_of(
    st.tuples(st.sampled_from(["上班", "下班"]), st.sampled_from(WORKERS)),
    st.tuples(st.just("takes"), st.sampled_from(WORKERS)),
    st.tuples(st.just("reports"), st.sampled_from(WORKERS)),
    st.tuples(st.just("改派"), st.sampled_from(WORKERS)),
    st.tuples(st.just("gone"), st.sampled_from([(), WORKERS[:1], WORKERS[1:], WORKERS])),
    st.tuples(st.just("waits"), st.sampled_from([1, 7, 13])),
)


def there(street: Street, conn: sa.Connection) -> list[str]:
    """Who serves the south now."""
    tx = Tx(conn, street.core.keys, street.now(), "test", "test")
    return staff.serving(tx, staff.Role.COMMUNITY, hands.paths(street)["前埔南社区"])


def present(street: Street) -> list[str]:
    """Who serves the south now."""
    return street.core.store.write(functools.partial(there, street))


def does(street: Street, deed: str, what: object) -> None:
    """One thing somebody does, or that happens."""
    if deed == "gone":
        without(street, *what)  # type: ignore[misc]
    elif deed == "waits":
        street.waits(hours=float(str(what)))
    elif deed == "takes":
        shown = " ".join(card.text() for card in street.phone(str(what)).live("核实反馈"))
        free = [name for name in NAMES if not books.tasks(street, name)[-1][2] and f"{name[0]}*{name[-1]}" in shown]
        if free and what in present(street):
            hands.takes(street, str(what), free[0])
    elif deed == "reports":
        mine = [name for name in NAMES if books.tasks(street, name)[-1][1:] == ("taken", what)]
        if mine and what in present(street):
            feeds_back(street, str(what), mine[0])
    elif deed == "改派":
        moves_to(street, str(what))
    else:
        street.phone(str(what)).says(deed)


def feeds_back(street: Street, who: str, name: str) -> None:
    """王建明 has gone to another town, the others stay at home without a door sensor."""
    hand, shown = street.phone(who), f"{name[0]}*{name[-1]}"
    hand.calls("接通", card=shown)
    hand.taps("核实反馈", shown)
    if name == NAMES[0]:
        hand.fills_in(5)
        hand.says("本人已回泉州老家")
    else:
        hand.fills_in(2, door="否")
        hand.submits()
    hand.taps("确认反馈")


def moves_to(street: Street, who: str) -> None:
    """The lead gives somebody what the first on the card has, if there is anything to give, and they are here."""
    lin = street.phone("lin.shuji")
    if "移走谁的事项" in lin.says("改派") and "改派给" in lin.says("1"):
        if "→" in lin.says(who) and who in present(street):
            lin.taps("确认改派")
        else:
            lin.says("取消")


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(deeds, min_size=4, max_size=8))
def test_every_open_item_lies_in_hands_that_are_there(street: Street, done: list[tuple[str, object]]) -> None:
    if not books.people(street):
        street.list_arrives(lists.csv(*lists.people(len(NAMES))))
        hands.takes(street, "li.fang", NAMES[0])
        hands.takes(street, "wang.qiang", NAMES[1])
    for deed, what in done:
        does(street, deed, what)
        now = present(street)
        for step, holders in hands.everything(street):
            assert set(holders) & set(now) if now else holders == ["lin.shuji"], (deed, what, step, holders, now)
        for name, holders in hands.holders(street).items():
            owner = books.tasks(street, name)[-1][2]
            assert [owner] == holders or not now, (deed, what, name, "lies on another phone than it waits for")
