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
    else:
        street.phone(str(what)).says(deed)


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
        for name, holders in hands.holders(street).items():
            assert set(holders) & set(now) if now else holders == ["lin.shuji"], (deed, what, name, holders, now)
