"""A step that waits has one open row: it begins, changes hands, ends, begins anew under the next stamp."""

from datetime import UTC, datetime, timedelta

from bot import ladder
from bot.config import HERE
from bot.state import rules, waiting
from bot.state.conversation import Conversation
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from bot.state.waiting import Wait
from bot.turn import Event, Kind, Turn

PACKS = rules.load(HERE / "rules")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PLACE, STREET = "/3502/350203/350203010/350203010034/", "/3502/350203/350203010/"


def at(store: Store, now: datetime, *deeds: str, **given: datetime) -> Wait | None:
    """Do something about the feedback of one person at a time of the clock; what waits after it."""

    def work(conn: object) -> Wait | None:
        tx = Tx(conn, Keyring(["k"]), now, "test")  # type: ignore[arg-type]
        talk = Conversation("", "help", "", "", 0, 0, "", None, {}, {}, now)
        turn = Turn(tx, Event("e", Kind.START, now), talk, PACKS)
        for deed in deeds:
            if deed == "begin":
                ladder.begin(turn, "feedback", "one", PLACE, (), **given)
            elif deed == "end":
                ladder.end(turn, "feedback", "one")
            else:
                ladder.hold(turn, "feedback", "one", [deed])
        turn.write()
        return waiting.find(tx, "feedback", "one")

    return store.write(work)


def test_it_begins_with_the_deadline_of_its_pack(store: Store) -> None:
    wait = at(store, NOON, "begin")
    assert wait is not None
    assert (wait.holders, wait.due - NOON, wait.at - NOON) == ((), timedelta(hours=2), timedelta(hours=1))


def test_it_ends_once_and_is_gone(store: Store) -> None:
    at(store, NOON, "begin")
    assert at(store, NOON, "end") is None
    assert at(store, NOON, "li.fang") is None


def test_what_ends_in_the_turn_in_which_it_began_never_waits(store: Store) -> None:
    assert at(store, NOON, "begin", "end") is None


def test_what_changes_hands_in_the_turn_in_which_it_began_is_theirs(store: Store) -> None:
    wait = at(store, NOON, "begin", "li.fang")
    assert wait is not None
    assert wait.holders == ("li.fang",)


def test_it_changes_hands_on_the_same_clock(store: Store) -> None:
    before = at(store, NOON, "begin")
    after = at(store, NOON + timedelta(minutes=5), "li.fang")
    assert before is not None
    assert after is not None
    assert (after.holders, after.due, after.at) == (("li.fang",), before.due, before.at)


def test_it_begins_anew_under_the_next_stamp(store: Store) -> None:
    at(store, NOON, "begin", "li.fang")
    at(store, NOON, "end")
    again = at(store, NOON + timedelta(days=1), "begin")
    assert again is not None
    assert (again.stamp, again.holders, again.due) == (2, (), NOON + timedelta(days=1, hours=2))


def test_a_clock_that_others_started_goes_on(store: Store) -> None:
    began = NOON - timedelta(minutes=70)
    late = at(store, NOON, "begin", began=began, due=began + timedelta(hours=2))
    assert late is not None
    assert (late.rung, late.at) == (1, began + timedelta(hours=2))


def test_who_inherits_what_is_late_has_the_lead_told_at_once(store: Store) -> None:
    began = NOON - timedelta(hours=3)
    late = at(store, NOON, "begin", began=began, due=began + timedelta(hours=2))
    assert late is not None
    assert (late.rung, late.at) == (2, NOON)


def test_the_pack_of_the_day_of_determination_applies(store: Store) -> None:
    old = datetime(2022, 6, 27, 16, 30, tzinfo=UTC)  # the 28th in Shanghai: the first day of the ninth edition
    wait = at(store, NOON, "begin", determined=old)
    assert wait is not None
    assert PACKS.on(wait.day).name == "第九版"


def test_what_waits_is_counted_by_place_and_step(store: Store) -> None:
    at(store, NOON, "begin")

    def under(conn: object) -> object:
        return waiting.under(Tx(conn, Keyring(["k"]), NOON + timedelta(hours=3), "test"), [STREET])  # type: ignore[arg-type]

    assert store.write(under) == {(PLACE, "feedback"): (1, 1)}
