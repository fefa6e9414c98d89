"""Rule packs: what is wrong is refused with file, key and cure; the day of determination chooses; who would change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bot import cli
from bot.config import HERE
from bot.state import contact, dry_run, home, rules
from bot.state.rules import RulesRefused
from bot.state.sealed import Keyring
from bot.state.unit import Tx
from tests.invariants import SECRET
from tests.scenarios import lists
from tests.verification.hand import Hand
from tests.verification.street import Street

PACKS = HERE / "rules"
NEWEST = (PACKS / "2022-11-11-20.toml").read_text(encoding="utf-8")


def folder(at: Path, **packs: str) -> Path:
    """A folder of packs by file name."""
    at.mkdir(exist_ok=True)
    for name, text in packs.items():
        (at / f"{name}.toml").write_text(text, encoding="utf-8")
    return at


def runs(*words: str, **env: str) -> Result:
    """`bihuan …` as an operator types it."""
    return CliRunner(env=env).invoke(cli.main, list(words), catch_exceptions=False)


WRONG = {
    "an unknown key": ('name = "二十条"', 'name = "二十条"\ncolour = "red"', "unknown key 'colour'"),
    "an unknown step": ('feedback = "2h"', 'feedback = "2h"\nfeedbak = "2h"', "deadlines.feedbak is unknown"),
    "a missing step": ('feedback = "2h"\n', "", 'deadlines.feedback is missing; write feedback = "2h"'),
    "a negative duration": ('feedback = "2h"', 'feedback = "-2h"', "deadlines.feedback: '-2h' is no duration"),
    "a duration without unit": ('feedback = "2h"', 'feedback = "120"', 'such as "30m" or "2h"'),
    "a number for a duration": ('feedback = "2h"', "feedback = 120", "deadlines.feedback: 120 is no duration"),
    "half an hour in tenths": ('transfer = "8h"', 'transfer = "0.5h"', "deadlines.transfer"),
    "a time for a day": ("valid_from = 2022-11-11", "valid_from = 2022-11-11T08:00:00", "a day: 2022-11-11"),
    "a day that is not": ("valid_from = 2022-11-11", "valid_from = 2022-02-29", "not readable as TOML"),
    "no name": ('name = "二十条"', 'name = ""', "name (text)"),
    "a class nobody knows": ('"密接" = "close"', '"密接" = "near"', '"close" or "other"'),
    "a share above the whole": ("remind_at = [0.5, 1.0]", "remind_at = [0.5, 1.5]", "ladder.remind_at"),
    "a share that is a word": ("remind_at = [0.5, 1.0]", 'remind_at = ["half"]', "ladder.remind_at"),
    "the CDC before the lead": ('cdc_after = "2h"', 'cdc_after = "10m"', "ladder.cdc_after"),
    "a rung nobody knows": ('cdc_after = "2h"', 'cdc_after = "2h"\nboss_after = "3h"', "look at: boss_after"),
    "an unknown rule of calls": ('spread = "1h"', 'spread = "1h"\nmost = 3', "calls.most is unknown"),
    "no attempts at all": ("unreachable_attempts = 3", "unreachable_attempts = 0", "calls.unreachable_attempts"),
    "a table that is a number": ("[calls]", "calls = 3\n[calls2]", "known: "),
    "no reasons": ("reasons = [", "reason = [", "home.reason is unknown"),
    "an unknown duration": ('central = "5d"', 'central = "5d"\nabroad = "3d"', "durations.abroad is unknown"),
    "too many seats": ("ratio = 0.5", "ratio = 1.5", "seats.ratio"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused_with_file_key_and_cure(tmp_path: Path, what: str) -> None:
    right, wrong, said = WRONG[what]
    assert right in NEWEST
    with pytest.raises(RulesRefused) as no:
        rules.load(folder(tmp_path, mine=NEWEST.replace(right, wrong, 1)))
    assert "mine.toml" in str(no.value)
    assert said in str(no.value)


def test_two_packs_of_one_day_are_refused_naming_both(tmp_path: Path) -> None:
    with pytest.raises(RulesRefused) as no:
        rules.load(folder(tmp_path, one=NEWEST, two=NEWEST))
    assert "two.toml: valid_from 2022-11-11 is also that of one.toml" in str(no.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesRefused, match="no rule pack"):
        rules.load(tmp_path)


@given(st.text(max_size=8))
def test_a_duration_is_a_whole_number_and_a_unit_and_nothing_else(text: str) -> None:
    try:
        span = rules.duration(text, "here")
    except RulesRefused as no:
        assert "here" in str(no)
    else:
        assert text[-1] in "smhd"
        assert span >= timedelta()


@given(st.dates(date(2019, 1, 1), date(2032, 12, 31)))
def test_the_pack_of_a_day_is_the_newest_that_has_begun(day: date) -> None:
    packs = rules.load(PACKS)
    begun = [pack for pack in packs.packs if pack.valid_from <= day]
    assert packs.on(day) == (begun[-1] if begun else packs.packs[0])


MIDNIGHTS = {
    datetime(2022, 6, 27, 15, 59, 59, tzinfo=UTC): "第八版",
    datetime(2022, 6, 27, 16, 0, 0, tzinfo=UTC): "第九版",
    datetime(2022, 11, 10, 15, 59, 59, tzinfo=UTC): "第九版",
    datetime(2022, 11, 10, 16, 0, 0, tzinfo=UTC): "二十条",
}


@pytest.mark.parametrize("moment", MIDNIGHTS)
def test_a_day_begins_at_midnight_in_shanghai(moment: datetime) -> None:
    packs = rules.load(PACKS)
    assert packs.at(moment).name == MIDNIGHTS[moment]
    west = moment.astimezone(tz=None)
    assert packs.at(west).name == MIDNIGHTS[moment], "whatever zone the host is in"


ENDS = {
    (date(2024, 2, 25), date(2024, 3, 4)): "over 29 February",
    (date(2023, 2, 25), date(2023, 3, 5)): "over a February without one",
    (date(2023, 12, 28), date(2024, 1, 5)): "over the year's end",
}


@pytest.mark.parametrize("exposed", [exposed for exposed, _ in ENDS])
def test_the_last_day_at_home_is_counted_by_the_calendar(street: Street, li: Hand, exposed: date) -> None:
    street.list_arrives(lists.csv(lists.person()))
    with street.core.store.read() as conn:
        (person,) = contact.noun.where(Tx(conn, Keyring([SECRET]), street.now(), "test"))
    stay = home.stay(street.desk.rules, replace(person, last_exposure=exposed), exposed + timedelta(days=8))
    assert stay.release == next(end for begun, end in ENDS if begun == exposed)
    assert (stay.n, stay.days, stay.last_day) == (8, 8, True)


def test_a_dry_run_names_who_would_be_treated_otherwise(street: Street, li: Hand, tmp_path: Path) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    li.calls("接通", card="王*明")
    li.fills_in(2, door="是")
    li.submits()
    li.taps("确认反馈")
    longer = NEWEST.replace('home_after = "3d"', 'home_after = "5d"').replace('feedback = "2h"', 'feedback = "3h"')
    other = rules.load(folder(tmp_path / "other", longer=longer))
    with street.core.store.read() as conn:
        tx = Tx(conn, Keyring([SECRET]), street.now(), "test")
        (change,) = dry_run.people(tx, street.desk.rules, other)
        assert (change.name, change.classes) == ("王建明", None)
        assert change.release is not None
        first, then = change.release
        assert first is not None
        assert then == first + timedelta(days=2)
        assert dry_run.deadlines(tx, street.desk.rules, other) == {"feedback": 1}
        assert list(dry_run.people(tx, street.desk.rules, street.desk.rules)) == []


def test_rules_check_lists_the_packs_and_everything_that_is_wrong(tmp_path: Path) -> None:
    fine = runs("rules", "check", str(PACKS))
    assert fine.exit_code == 0
    assert "2022-06-28 起：第九版" in fine.output
    bad = folder(tmp_path, one=NEWEST.replace('feedback = "2h"', 'feedback = "soon"'), two="name = 3")
    checked = runs("rules", "check", str(bad))
    assert checked.exit_code == 2
    assert "one.toml: deadlines.feedback" in checked.output
    assert "two.toml: name" in checked.output


def test_rules_diff_says_who_and_how_many_and_changes_nothing(street: Street, li: Hand, tmp_path: Path) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    other = folder(tmp_path / "other", other=NEWEST.replace('"密接" = "close"', '"密接" = "other"', 1))
    url = street.core.store.url.render_as_string(hide_password=False)
    env = {"BIHUAN_DATABASE_URL": url, "BIHUAN_SECRET_KEY": SECRET}
    told = runs("rules", "diff", str(PACKS), str(other), **env)
    assert told.exit_code == 0, told.output
    assert "王*明" in told.output
    assert "转运类型 密接 → 非密接" in told.output
    assert "王建明" not in told.output
    assert "没有改动" in told.output
