"""进度, 汇报: the figures by role, the standard sentence whose numbers add up, and the way down to the people."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.state import tally
from bot.state.contact import State
from bot.state.tally import Figure, Tally
from cards import progress as card
from tests.scenarios import lists
from tests.verification.hand import Hand
from tests.verification.street import Street

NORTH = {"社区": "前埔北社区"}
TALLIES = st.builds(Tally, st.fixed_dictionaries({str(state): st.integers(0, 40) for state in State}))
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = {label: key for key, label in card.LABELS.items()}


def sentence(one: Tally) -> str:
    """The sentence of a tally."""
    return card.report("前埔南社区", "11月23日09:00", {figure.value: one.of(figure) for figure in Figure}, one.late)


def read_back(said: str) -> dict[str, int]:
    """The numbers of a sentence by their words, as a reader adds them up."""
    found = re.findall(rf"({'|'.join(map(re.escape, KEYS))})(?:涉疫人员)? (\d+) 人", said)
    return {KEYS[label]: int(number) for label, number in found}


def adds_up(numbers: dict[str, int]) -> None:
    """Each number of which parts are told is the sum of them."""
    for whole, parts in tally.PARTS.items():
        if any(part.value in numbers for part in parts):
            assert numbers[whole.value] == sum(numbers.get(part.value, 0) for part in parts), whole


@calm
@given(TALLIES)
def test_everybody_is_counted_once_and_every_sum_is_the_sum_of_its_parts(one: Tally) -> None:
    counted = sum(count for state, count in one.counts.items() if State(state) not in tally.NOT_COUNTED)
    assert one.of(Figure.TOTAL) == counted
    for figure, parts in tally.PARTS.items():
        assert one.of(figure) == sum(one.of(part) for part in parts)


@calm
@given(TALLIES)
def test_the_sentence_adds_up_for_who_reads_it(one: Tally) -> None:
    numbers = read_back(sentence(one))
    adds_up(numbers)
    assert numbers == {key: count for key, count in numbers.items() if one.of(Figure(key)) == count}
    assert numbers["total"] == one.of(Figure.TOTAL)


@calm
@given(TALLIES, TALLIES)
def test_the_tally_of_two_places_is_the_sum_of_both(one: Tally, other: Tally) -> None:
    for figure in Figure:
        assert (one + other).of(figure) == one.of(figure) + other.of(figure)


def test_every_state_of_a_person_belongs_to_exactly_one_number() -> None:
    leaves = tally.states_of(Figure.TOTAL)
    assert sorted(leaves) == sorted(set(State) - tally.NOT_COUNTED)
    assert {figure.value for figure in Figure} == {*card.LABELS}


@pytest.fixture
def day(street: Street, li: Hand, chen: Hand) -> Street:
    """Five people: in the south two wait, one is fed back and told, one owes a call; one waits in the north."""
    street.list_arrives(lists.csv(*lists.people(4), lists.person("周小舟", "14400001020", **NORTH)))
    li.feeds_back(5, card="王*明")
    li.taps("已线下反馈")
    li.submits()
    li.says("区疾控郑医生 09:00")
    li.feeds_back(6, "拒绝说明住址", card="林*英")
    return street


def test_a_worker_reports_in_one_sentence_and_looks_behind_its_numbers(day: Street, li: Hand) -> None:
    said = li.says("汇报")
    numbers = read_back(said)
    adds_up(numbers)
    assert "前埔南社区共接收涉疫人员 4 人：待核实 2 人，已反馈 2 人。" in said
    assert "已反馈中，情景四至七 2 人（待线下反馈 1 人、已线下反馈 1 人）。" in said
    assert "1 待核实" in said
    who = li.says("1")
    assert "前埔南社区 待核实 2 人" in who
    assert "陈*华 密接" in who
    assert "陈丽华" not in who
    assert "共接收涉疫人员 4 人" in li.says("返回")
    assert "已线下反馈 1 人" in li.says("3")
    assert "只有" not in li.says("返回")
    assert "只有 1–3 号，没有改动" in li.says("9")
    assert "没看懂这句话，没有改动" in li.says("在吗")
    assert "已结束查看" in li.says("取消")
    assert "没看懂" in li.says("1")


def test_a_lead_sees_the_street_then_the_community_then_the_people(day: Street, lin: Hand) -> None:
    said = lin.says("进度")
    assert "1 莲前街道：共 5 人，待核实 3 人" in said
    assert "2 前埔南社区：共 4 人，待核实 2 人" in said
    assert "3 前埔北社区：共 1 人，待核实 1 人" in said
    assert "莲前街道（截至" in lin.says("1")
    split = lin.says("1")
    assert "莲前街道 待核实 3 人" in split
    assert "前埔北社区 1 人" in split
    number = "1" if "1 前埔北社区" in split else "2"
    assert "周*舟 密接" in lin.says(number)
    for _ in range(3):
        assert "已结束" not in lin.says("返回")
    assert "已结束查看" in lin.says("返回")
    assert "没有做到一半的事" in lin.says("返回")


def people_below(hand: Hand, said: str) -> int:
    """How many people stand behind a number, after walking down to every one of them."""
    whole = int(re.findall(r"(\d+) 人", said)[0])
    places = re.findall(r"^(\d+) \S+ (\d+) 人$", said, re.MULTILINE)
    for number, count in places:
        assert people_below(hand, hand.says(number)) == int(count)
        hand.says("返回")
    below = [int(count) for _, count in places] or [1 for line in said.splitlines() if re.match(r"\d+ \S\*", line)]
    assert sum(below) == whole, said
    return whole


def test_every_number_leads_down_to_just_as_many_people(day: Street, zheng: Hand) -> None:
    said = zheng.says("汇报")
    numbers = read_back(said)
    listed = re.findall(r"(\d+) ([^\d\s]+)", said.rpartition("回复数字看名单：")[2])
    assert len(listed) == 3
    for number, label in listed:
        assert people_below(zheng, zheng.says(number)) == numbers[KEYS[label]]
        zheng.says("返回")
    assert sum(numbers[KEYS[label]] for _, label in listed) == numbers["total"]


def test_the_late_are_told_and_come_first(day: Street, lin: Hand) -> None:
    day.waits(hours=3)
    said = lin.says("进度")
    assert "莲前街道：共 5 人，待核实 3 人（超时 3）" in said
    assert "待核实 3 人（其中超时 3 人）" in lin.says("汇报")


def test_a_worker_sees_what_lies_in_their_own_hands_first(day: Street, li: Hand) -> None:
    said = li.says("进度")
    assert said.index("我手上") < said.index("前埔南社区")


def test_the_cdc_sees_the_district_and_who_has_no_place(day: Street, zheng: Hand) -> None:
    day.list_arrives(lists.csv(lists.person("何一帆", "14400001030", 区="", 街道="", 社区="何厝")))
    said = zheng.says("进度")
    assert "思明区：共 5 人" in said
    assert "另有 1 人待分派，不计入" in said
    assert "我手上" not in said
    assert "截至11月23日" in zheng.says("汇报")


def test_a_long_list_goes_on(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(10)))
    li.says("汇报")
    first = li.says("1")
    assert "8 欧*雪" in first
    assert "「下页」" in first
    second = li.says("下页")
    assert "10 吴*" in second
    assert "「下页」" not in second
    assert "共接收涉疫人员 10 人" in li.says("返回")


def test_nobody_there_is_said(street: Street, li: Hand) -> None:
    assert "我手上：没有在办事项" in li.says("进度")
    assert "前埔南社区共接收涉疫人员 0 人。" in li.says("汇报")


def test_who_has_no_figures_is_told_so(street: Street) -> None:
    assert "没有辖区统计，没有改动" in street.phone("he.diaodu").says("汇报")
