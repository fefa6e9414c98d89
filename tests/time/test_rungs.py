"""The rungs of a ladder as arithmetic: whom, when, each once, and always a next one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import ladder
from bot.config import HERE
from bot.ladder import To
from bot.state import rules

PACKS = rules.load(HERE / "rules")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
YEARS = timedelta(days=13 * 365)
moments = st.timedeltas(timedelta(), YEARS).map(lambda since: datetime(2020, 1, 1, tzinfo=UTC) + since)
spans = st.timedeltas(timedelta(), timedelta(days=2))


def rungs(hours: float = 2, began: datetime = NOON) -> ladder.Ladder:
    """A ladder of the newest pack over some hours."""
    return ladder.ladder(PACKS.on(date(2026, 11, 23)), began, began + timedelta(hours=hours))


def test_the_rungs_are_those_of_the_domain() -> None:
    minutes = [((at - NOON) // timedelta(minutes=1), to) for at, to in rungs().rungs]
    assert minutes == [(60, To.HOLDER), (120, To.HOLDER), (150, To.LEAD), (240, To.CDC)]
    assert (rungs().at(4), rungs().to(4)) == (NOON + timedelta(hours=6), frozenset(To))


@given(moments, spans, st.integers(0, 40))
def test_there_is_always_a_next_rung_and_it_comes_later(began: datetime, span: timedelta, rung: int) -> None:
    made = ladder.ladder(PACKS.at(began), began, began + span)
    assert made.at(rung) <= made.at(rung + 1)
    after, _ = made.climb(rung, made.at(rung))
    assert after > rung
    assert made.at(after) > made.at(rung)


@given(moments, spans, st.lists(spans, min_size=1, max_size=12))
def test_nobody_is_told_twice_of_a_rung_however_the_sweeps_fall(
    began: datetime, span: timedelta, steps: list[timedelta]
) -> None:
    """Many small steps of the clock and one great one climb to the same rung, and tell the same people."""
    made, now, rung = ladder.ladder(PACKS.at(began), began, began + span), began, 0
    told: frozenset[To] = frozenset()
    for step in steps:
        now += step
        before, (rung, to) = rung, made.climb(rung, now)
        assert bool(to) is (rung > before)
        assert made.at(rung) > now
        told |= to
    assert (rung, told) == made.climb(0, now)


@given(moments, spans, st.timedeltas(-timedelta(minutes=15), timedelta(minutes=15)))
def test_a_clock_that_steps_a_quarter_of_an_hour_climbs_nothing_twice(
    began: datetime, span: timedelta, step: timedelta
) -> None:
    made = ladder.ladder(PACKS.at(began), began, began + span)
    now = began + span
    rung, _ = made.climb(0, now)
    stepped, told = made.climb(rung, now + step)
    assert stepped >= rung
    assert made.climb(stepped, now) == (stepped, frozenset())
    assert To.CDC not in told or now + step >= began + span + timedelta(hours=2)


@given(st.text(min_size=1, max_size=12), moments)
def test_a_digest_goes_soon_and_never_at_the_full_or_half_hour(person: str, now: datetime) -> None:
    at = ladder.slot(person, now)
    assert timedelta(seconds=ladder.EARLIEST) <= at - now <= timedelta(minutes=3)
    assert at.minute not in (0, 30)
