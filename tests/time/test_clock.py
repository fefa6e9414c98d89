"""The host's clock: set back and forth, in a wrong zone, over midnight, 29 February and the year's end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.scheduler import Scheduler
from bot.state import nudge, waiting
from bot.state.nudge import Why
from tests import databases
from tests.scenarios import lists
from tests.time.test_reminders import stays_at_home
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

ROOT = Path(__file__).parents[2]
NEW_YEAR = datetime(2027, 12, 31, 15, 50, tzinfo=UTC)
LEAP_NIGHTS = (
    ("Pacific/Kiritimati", datetime(2028, 2, 28, 16, 10, tzinfo=UTC), date(2028, 2, 29)),
    ("Asia/Shanghai", datetime(2028, 2, 29, 23, 50, tzinfo=UTC), date(2028, 3, 1)),
)
"""The host's zone, when a list arrives, the day in Shanghai: 29 February has begun there, and ends in UTC."""
SET = ((16, 1), (1, 1), (31, 2), (16, 2), (62, 3), (152, 4), (137, 4))
"""Minutes after the list at which the clock stands, and the rungs of 首次联系 that have been climbed by then."""
TOLD = [(1, Why.HOLDER), (2, Why.HOLDER), (3, Why.LEAD), (4, Why.CDC)]


@pytest.fixture
def zone() -> Iterator[Callable[[str], None]]:
    """Sets the zone of this process, and puts it back after the story."""
    before = os.environ.get("TZ")

    def live_in(where: str | None) -> None:
        os.environ.pop("TZ", None)
        if where is not None:
            os.environ["TZ"] = where
        time.tzset()

    yield live_in
    live_in(before)


def reminders(street: Street, ref: str) -> list[tuple[int, str, str]]:
    """Every reminder about the first touch of a task as (which, why, whom)."""
    one = nudge.table.c
    asked = sa.select(one.n, one.why, one.person).where(
        one.step == "first_touch", one.ref == ref, one.told_at.is_not(None)
    )
    return sorted(tuple(row) for row in books.rows(street, asked))


def is_set_back_and_forth(street: Street, name: str, evening: datetime) -> str:
    """A list of one arrives; the clock stands at each time of `SET`, and a quarter of an hour before it. The task."""
    street.clock.at = evening
    street.list_arrives(lists.csv(lists.person(name, f"144000020{lists.NAMES.index(name):02}")))
    (ref,) = books.task_ids(street, name)
    for minutes, rungs in SET:
        street.clock.at = evening + timedelta(minutes=minutes)
        street.scheduler.fire_due()
        street.clock.at -= timedelta(minutes=15)  # between the rung and its digest
        street.settle()
        street.clock.at += timedelta(minutes=15)
        street.settle()
        told = reminders(street, ref)
        assert len(told) == len(set(told))
        assert sorted({(n, why) for n, why, _ in told}) == TOLD[:rungs], minutes
    return ref


def test_over_the_29th_of_february_each_rung_is_told_once(
    street: Street, zone: Callable[[str], None], li: Hand
) -> None:
    for name, (where, evening, day) in zip(lists.NAMES, LEAP_NIGHTS, strict=False):
        zone(where)
        ref = is_set_back_and_forth(street, name, evening)
        (kept,) = books.rows(street, sa.select(waiting.table.c.day).where(waiting.table.c.ref == ref).distinct())
        assert kept.day == day
        assert "首次联系 1 项，最急超时" in li.hears()
        stays_at_home(li, card=f"{name[0]}*")


def test_over_a_years_end_each_rung_is_told_once_and_each_day_begins_once(
    street: Street, zone: Callable[[str], None], li: Hand
) -> None:
    zone("America/New_York")
    is_set_back_and_forth(street, lists.NAMES[0], NEW_YEAR)
    for day in range(2):
        street.clock.at = NEW_YEAR + timedelta(days=day, hours=8, minutes=15)  # 00:05 UTC: 08:05 in Shanghai
        for minutes in (0, 10, -15, 20):
            street.clock.at += timedelta(minutes=minutes)
            Scheduler(street.core.store, street.core.keys, street.desk.handle, lambda: 0, street.clock).begin_day()
            street.settle()
        street.waits(minutes=12)
    one = nudge.table.c
    asked = sa.select(one.ref).where(one.why == Why.MORNING, one.person == "li.fang", one.card.is_not(None))
    assert sorted(row.ref for row in books.rows(street, asked)) == ["2028-01-01", "2028-01-02"]
    assert "催办：2 项\n其中超时 2 项" in li.hears(), "rungs that have gathered are one thing"


def test_a_running_scheduler_goes_on_when_its_clock_is_set_and_leaves_when_it_is_silent(tmp_path: Path) -> None:
    """A real process in a zone that does not exist; set back, APScheduler alone would sleep a quarter of an hour."""
    for url in databases.fresh("sqlite", tmp_path):
        done = subprocess.run(
            [sys.executable, "-m", "tests.time.ticking", url], cwd=ROOT, env=os.environ | {"TZ": "Nowhere/At_All"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.stdout.split() == ["0", "2", "2"], done.stderr
    assert done.returncode == 70, done.stderr
    assert "ticker silent, leaving" in done.stderr
