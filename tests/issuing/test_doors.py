"""Addresses as people type them: every spelling of one door finds it, and none finds the neighbour's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import doors

HOME = doors.read("前埔南小区3栋2单元501室")
TOWER = doors.read("湖光花园12号楼1504室")
ROAD = doors.read("孙厝路66号")
VILLAGE = doors.read("莲花五村二十三号之一402")


@pytest.mark.parametrize(
    "typed",
    [
        "前埔南小区3栋2单元501室", "前埔南3栋501", "前埔南 3 栋 501", "３栋２单元５０１",
        "三栋二单元五〇一", "三幢501室",
        "3号楼501", "3#501", "3-2-501", "3座501房", "501", "0501",
        "前埔南五零一", "3栋5楼", "3楼", "小区3栋", "qpn", "QPN 501",
        "qianpunan", "qpnan3栋", "前埔南社区前埔南小区3栋",
        "思明区莲前街道前埔南社区前埔南小区3栋2单元501",
        "2单元", "二梯",
    ],
)  # fmt: skip
def test_people_find_a_door_however_they_write_it(typed: str) -> None:
    assert doors.matches(doors.read(typed), HOME)


@pytest.mark.parametrize(
    "typed", ["4栋", "502", "前埔北", "3栋3单元", "501栋", "5栋3", "qpb", "湖光花园", "3栋6楼", "2栋", "单元3栋2", "01"]
)
def test_another_door_is_not_found(typed: str) -> None:
    assert not doors.matches(doors.read(typed), HOME)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("12号楼1504", TOWER), ("十二栋1504", TOWER), ("12幢15楼", TOWER), ("湖光12", TOWER), ("hghy1504", TOWER),
        ("孙厝路66号", ROAD), ("六十六号", ROAD), ("suncuolu66", ROAD), ("66", ROAD),
        ("莲花5村", VILLAGE), ("莲花五村23号", VILLAGE), ("五村402", VILLAGE),
    ],
)  # fmt: skip
def test_towers_roads_and_villages_are_found(typed: str, where: doors.Spoken) -> None:
    assert doors.matches(doors.read(typed), where)


def test_the_number_of_a_village_is_part_of_its_name() -> None:
    assert not doors.matches(doors.read("莲花四村"), VILLAGE)
    assert not doors.matches(doors.read("5栋"), VILLAGE)


def test_a_name_its_initials_and_the_end_of_a_number_find_a_household() -> None:
    there = (HOME, ["王建明", "单小燕"], ["14400001001"])
    for typed in ("王建明", "建明", "wjm", "wangjm", "3栋王建明", "1001", "00001001", "shanxiaoyan", "sxy"):
        assert doors.matches(doors.read(typed), *there), typed
    for typed in ("李建明", "wjx", "1002", "001", "4栋王建明"):
        assert not doors.matches(doors.read(typed), *there), typed


@given(st.text(max_size=40))
def test_anything_may_be_typed(text: str) -> None:
    doors.matches(doors.read(text), HOME, ["王建明"], ["14400001001"])


NUMBERS = st.integers(1, 99)


@given(building=NUMBERS, unit=st.integers(1, 9), room=st.integers(101, 3999), other=NUMBERS)
def test_the_same_door_is_found_in_every_digit_and_another_building_is_not(
    building: int, unit: int, room: int, other: int
) -> None:
    home = doors.read(f"金山小区{building}栋{unit}单元{room}室")
    for spelling in (f"{building}号楼{room}", f"{_hanzi(building)}栋{room}", f"{building}-{unit}-{room}"):
        assert doors.matches(doors.read(spelling), home), spelling
    assert doors.matches(doors.read(f"{other}栋{unit}单元"), home) is (other == building)


def _hanzi(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, units = divmod(number, 10)
    if not tens:
        return digits[units]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[units] if units else "")
