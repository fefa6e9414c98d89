"""值班表: who is on duty gets the work; a bad roster changes nothing; nobody on duty is told to the lead at once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import intake
from bot.demo import people
from bot.state import roster
from bot.state.shift import Shift
from tests import databases
from tests.scenarios import lists
from tests.test_cli import KEY, _run
from tests.verification.hand import Hand
from tests.verification.street import Street

calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONDAY = "2026-11-23"


def rostered(street: Street, *rows: str) -> dict[str, object]:
    """A roster comes from the operator."""
    path = street.folder / "shifts.csv"
    path.write_text("\n".join(["账号,开始,结束", *rows]) + "\n", encoding="utf-8")
    try:
        return intake.shifts(street.core, path)
    finally:
        street.settle()


def test_work_goes_to_who_is_on_duty_and_moves_with_the_shift(street: Street, li: Hand, wang: Hand) -> None:
    taken = rostered(street, f"li.fang,{MONDAY} 08:00,{MONDAY} 12:00", f"Wang.Qiang,{MONDAY} 12:00,{MONDAY} 18:00")
    assert (taken["shifts"], taken["members"], taken["gaps"]) == (2, 2, [])
    street.list_arrives(lists.csv(*lists.people(2)))
    assert len(li.live("核实反馈")) == 2
    assert wang.hears() == ""
    street.waits(hours=3, minutes=1)
    assert len(wang.live("核实反馈")) == 2, "his shift has begun, and what nobody has taken comes to him"


def test_nobody_on_duty_is_told_to_the_lead_at_once(street: Street, li: Hand, lin: Hand) -> None:
    rostered(street, f"li.fang,{MONDAY} 13:00,{MONDAY} 18:00", f"wang.qiang,{MONDAY} 13:00,{MONDAY} 18:00")
    street.list_arrives(lists.csv(*lists.people(2)))
    assert li.hears() == ""
    assert "该社区没有在岗人员" in lin.hears()
    street.waits(hours=4, minutes=1)
    assert len(li.live("核实反馈")) == 2


def test_the_last_one_leaving_is_told_to_the_lead_at_once(street: Street, li: Hand, lin: Hand) -> None:
    rostered(street, f"li.fang,{MONDAY} 08:00,{MONDAY} 12:00")
    street.list_arrives(lists.csv(*lists.people(2)))
    lin.hears()
    street.waits(hours=3, minutes=1)
    told = lin.hears()
    assert "前埔南社区现在没有在岗人员，还有 2 人待核实" in told
    assert told.count("没有在岗人员") == 1, "once is right"


def test_who_came_by_word_is_on_the_roster_once_it_names_them_and_a_night_goes_over_midnight(
    street: Street, li: Hand, wang: Hand
) -> None:
    li.says("上班")
    rostered(street, f"li.fang,{MONDAY} 08:00,{MONDAY} 22:00")
    street.list_arrives(lists.csv(lists.person()))
    assert li.live("核实反馈")
    assert wang.hears() == "", "a roster speaks of the place, and he is not on it"
    rostered(street, f"wang.qiang,{MONDAY} 22:00,2026-11-24 06:00")
    street.waits(hours=16)
    assert "已下班，已保存" in wang.says("下班"), "01:00: he was on duty"
    assert "不在班上" in li.says("下班")


def test_a_place_without_a_roster_is_manned_by_everybody(street: Street, li: Hand, wang: Hand, chen: Hand) -> None:
    rostered(street, f"chen.jing,{MONDAY} 13:00,{MONDAY} 18:00")
    street.list_arrives(lists.csv(lists.person(), lists.person("林秀英", "14400001002", 社区="前埔北社区")))
    assert li.live("核实反馈")
    assert wang.live("核实反馈")
    assert not chen.live("核实反馈")


BAD = {
    "stranger": ("nobody.here,2026-11-23 08:00,2026-11-23 12:00", "第2行「账号」：「nobody.here」不在名册里或已停用"),
    "no time": ("li.fang,早上,2026-11-23 12:00", "第2行「开始」：「早上」不是时间，请写成 2026-11-24 08:00"),
    "backwards": ("li.fang,2026-11-23 12:00,2026-11-23 08:00", "第2行「结束」：早于或等于开始"),
    "no such day": ("li.fang,2026-02-29 08:00,2026-02-29 12:00", "第2行「开始」：「2026-02-29 08:00」不是时间"),
    "two days long": ("li.fang,2026-11-23 08:00,2026-11-25 08:00", "第2行「结束」：一个班超过 24 小时"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_mistake_is_named_and_the_roster_before_it_stands(street: Street, li: Hand, wang: Hand, what: str) -> None:
    rostered(street, f"wang.qiang,{MONDAY} 08:00,{MONDAY} 18:00")
    row, said = BAD[what]
    with pytest.raises(intake.RosterRefused, match=said):
        rostered(street, row, f"li.fang,{MONDAY} 08:00,{MONDAY} 09:30")
    street.list_arrives(lists.csv(lists.person()))
    assert wang.live("核实反馈")
    assert not li.live("核实反馈")


def test_overlaps_name_both_rows_and_gaps_are_told(street: Street) -> None:
    day = f"li.fang,{MONDAY} 08:00,{MONDAY} 12:00"
    with pytest.raises(intake.RosterRefused, match="第4行「开始」：与第2行重叠"):
        rostered(street, day, f"wang.qiang,{MONDAY} 11:00,{MONDAY} 12:00", f"li.fang,{MONDAY} 11:59,{MONDAY} 13:00")
    taken = rostered(street, day, f"wang.qiang,{MONDAY} 14:30,{MONDAY} 24:00")
    assert taken["gaps"] == ["前埔南社区 11月23日 12:00 至 11月23日 14:30 没有排人，届时新任务会直接报负责人"]


def test_an_empty_file_and_a_wrong_header_are_refused(street: Street) -> None:
    with pytest.raises(intake.RosterRefused, match="文件里没有班次"):
        rostered(street)
    path = street.folder / "other.csv"
    path.write_text("帐号,从,到\n", encoding="utf-8")
    with pytest.raises(intake.RosterRefused, match="缺少这一列"):
        intake.shifts(street.core, path)


def test_the_same_roster_twice_changes_nothing_and_a_newer_one_replaces_what_has_not_begun(
    street: Street, li: Hand, wang: Hand
) -> None:
    both = (f"li.fang,{MONDAY} 08:00,{MONDAY} 18:00", f"wang.qiang,{MONDAY} 12:00,{MONDAY} 18:00")
    rostered(street, *both)
    rostered(street, *both)
    rostered(street, f"wang.qiang,{MONDAY} 08:30,{MONDAY} 09:30")
    street.list_arrives(lists.csv(lists.person()))
    assert li.live("核实反馈"), "the newer roster does not speak of her"
    assert wang.live("核实反馈")
    street.waits(minutes=40)
    street.list_arrives(lists.csv(lists.person("林秀英", "14400001002")))
    assert len(li.live("核实反馈")) == 2
    assert len(wang.live("核实反馈")) == 1, "his shift is over now"


@pytest.mark.parametrize("text", ["2026-11-24 08:00", "2026/11/24 8:00", "2026-11-24T08:00", "2026-11-24 08：00:00"])
def test_times_are_read_as_people_write_them(text: str) -> None:
    assert roster.when(text) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_midnight_leap_days_and_zones() -> None:
    assert roster.when("2024-02-29 24:00") == datetime(2024, 2, 29, 16, 0, tzinfo=UTC)
    assert roster.when("2026-12-31 24:00") == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert roster.when("2026-11-24T08:00:00+00:00") == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert roster.when("2026-02-29 08:00") is None
    assert roster.when("") is None


shifts = st.builds(
    lambda begin, length: Shift("li.fang", _at(begin), _at(begin + length)), st.integers(0, 200), st.integers(1, 30)
)


def _at(hour: int) -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)


@calm
@given(st.lists(shifts, max_size=12))
def test_every_hour_between_first_and_last_is_either_covered_or_in_a_gap(planned: list[Shift]) -> None:
    gaps = roster.holes("前埔南社区", planned)
    if not planned:
        assert gaps == []
        return
    hour, last = min(one.starts_at for one in planned), max(one.ends_at for one in planned)
    while hour < last:
        covered = any(one.starts_at <= hour < one.ends_at for one in planned)
        assert covered != any(gap.begin <= hour < gap.end for gap in gaps), hour
        hour += timedelta(hours=1)


def test_the_commands_say_what_they_did_and_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "shifts.csv"
    for url in databases.fresh("sqlite", tmp_path):
        bihuan = partial(_run, {"BIHUAN_DATABASE_URL": url, "BIHUAN_SECRET_KEY": KEY})
        bihuan("import", "directory", people.FOLDER)
        path.write_text("账号,开始,结束\nli.fang,2030-01-01 08:00,2030-01-01 12:00\n", encoding="utf-8")
        done = bihuan("import", "shifts", path)
        assert (done.exit_code, done.stdout) == (0, "已导入 1 个班，涉及 1 人。\n")
        path.write_text("账号,开始,结束\nli.fang,2030-01-01 08:00,2030-01-01\n", encoding="utf-8")
        done = bihuan("import", "shifts", path)
        assert done.exit_code == 2
        assert "第2行「结束」" in done.stderr
        assert bihuan("member", "show", "Li.Fang", "text").exit_code == 0
        assert bihuan("member", "show", "nobody", "text").exit_code == 2


def test_a_shift_that_is_over_is_told_and_does_no_harm(street: Street) -> None:
    taken = rostered(street, f"li.fang,{MONDAY} 08:00,{MONDAY} 08:30")
    assert (taken["shifts"], taken["past"]) == (0, 1), "a shift that is over is told, and does no harm"
