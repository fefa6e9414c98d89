"""What people type about times and cars: mended where it is only a manner of writing, refused with a cure, no crash."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import moments, vehicle_fields
from bot.state.checked import FieldError

NOW = datetime(2026, 12, 31, 1, 30, 20, tzinfo=UTC)  # 09:30 in Shanghai, on the last day of a year
EIGHT = timedelta(hours=8)
TIMES = {
    "15:30": "31 15:30", "１５：３０": "31 15:30", "15点": "31 15:00", "15点半": "31 15:30", "下午3点": "31 15:00",
    "今天 15:30": "31 15:30", "明天9:00": "01 09:00", "1月1日 9:00": "01 09:00", "2027-01-01 9:00": "01 09:00",
    "后天 0:15": "02 00:15", "晚上8点20分": "31 20:20", "15:30左右": "31 15:30",
    "30分钟后": "31 10:00", "2小时内": "31 11:30", "半小时后": "31 10:00", "马上": "31 09:30", "09:29": "31 09:30",
}  # fmt: skip
NO_TIMES = {
    "": "没有填写", "08:00": "已经过去", "昨天 9:00": "不是时刻", "25:00": "没有这个时刻", "12:60": "没有这个时刻",
    "2月30日 9:00": "没有这个时刻", "1月9日 9:00": "在三天之后", "999小时后": "在三天之后", "15": "不是时刻",
    "一会儿": "不是时刻",
}  # fmt: skip


@pytest.mark.parametrize("typed", TIMES)
def test_a_time_is_read_as_people_write_it(typed: str) -> None:
    assert f"{moments.moment(typed, NOW).value + EIGHT:%d %H:%M}" == TIMES[typed]


@pytest.mark.parametrize("typed", NO_TIMES)
def test_what_is_no_time_is_refused_and_never_guessed(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        moments.moment(typed, NOW)
    assert refused.value.what == NO_TIMES[typed]


@given(st.text(max_size=60), st.sampled_from(["", *vehicle_fields.NEEDED]))
def test_whatever_is_typed_is_read_or_refused_by_field(typed: str, asked: str) -> None:
    try:
        found = vehicle_fields.read(typed, NOW, asked)
    except FieldError as refused:
        assert refused.field in vehicle_fields.LABELS.values()
    else:
        assert set(found) <= set(vehicle_fields.LABELS)


@given(st.text(alphabet="0123456789:点时分半月日-/今明后天上下午晚 小后", max_size=12))
def test_a_time_lies_between_now_and_three_days_on(typed: str) -> None:
    try:
        found = moments.moment(typed, NOW).value
    except FieldError:
        return
    assert NOW <= found <= NOW + moments.FURTHEST


@given(
    st.permutations(["闽D演001", "密接", "45座", "张师傅", "14400000111", "15:30", "轮椅"]),
    st.sampled_from([" ", "，", "、", "；", "\n", "  "]),
)
def test_the_words_of_a_car_may_stand_in_any_order(parts: list[str], mark: str) -> None:
    found = vehicle_fields.read(mark.join(parts), NOW)
    assert vehicle_fields.missing(found) == ""
    assert (found["plate"], found["travel_class"], found["seats"]) == ("闽D演001", "close", "45")
    assert (found["driver"], found["phone"], found["equipment"]) == ("张师傅", "14400000111", "wheelchair")


def test_labels_say_what_stands_behind_them() -> None:
    found = vehicle_fields.read(
        "车牌：闽D·演001 车型：非密接\n座位数: 19 司机：李 四 电话：144-0000-0111 预计到达：明天 9:00", NOW
    )
    assert found["plate"] == "闽D演001"
    assert (found["travel_class"], found["seats"], found["phone"]) == ("other", "19", "14400000111")
    assert found["eta"].startswith("2027-01-01T01:00")
