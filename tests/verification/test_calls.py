"""必须通过电话联系 (DOMAIN §2.2.3): every attempt logged, 1–6 need 接通, 7 is earned, 显示电话 is written down."""

import json

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

OUTCOMES = {
    "接通": "answered",
    "未接": "unanswered",
    "关机": "off",
    "空号": "no_such_number",
    "拒接": "rejected",
    "占线": "busy",
}


def test_every_outcome_is_one_line_of_the_log(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls(*reversed(OUTCOMES))
    assert books.calls(street) == [(value, "li.fang") for value in reversed(OUTCOMES.values())]


def test_show_phone_shows_the_number_to_its_holder_and_leaves_a_line_without_it(
    street: Street, li: Hand, wang: Hand
) -> None:
    street.list_arrives(lists.csv(lists.person()))
    assert "14400001001" not in li.hears()
    assert "电话：14400001001（查看已记录）" in li.taps("显示电话")
    li.taps("显示电话")
    shown = books.lines(street, "phone_shown")
    assert [(line.actor, line.facts) for line in shown] == [("li.fang", {"to": "li.fang"})] * 2
    assert "14400001001" not in json.dumps(
        [dict(line._mapping["facts"]) for line in books.lines(street, "phone_shown")]
    )
    assert "14400001001" not in wang.presses_old("显示电话"), "a colleague who was second is shown who has it instead"
    assert "14400001001" not in wang.hears()


def test_a_person_without_a_number_is_said_to_have_none(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person(phone="", 证件号码="350299198805120018")))
    assert "名单上没有电话" in li.taps("显示电话")
    assert books.lines(street, "phone_shown") == []


def test_results_1_to_6_need_somebody_to_have_answered(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("未接")
    li.taps("核实反馈")
    for result in range(1, 7):
        assert f"结果{result}需要有一次「接通」，尚未保存" in li.fills_in(result, door="是")
        assert f"结果{result}需要有一次「接通」" in li.taps("拒接")
        li.says("返回")
    li.fills_in(6)
    assert "核实备注" in li.taps("接通")
    assert books.state(street) == "pending"


def test_7_is_earned_by_three_calls_not_all_in_one_hour(street: Street, li: Hand, zheng: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    assert "还差 3 次" in li.fills_in(7)
    assert "还差 2 次" in li.taps("关机")
    assert "还差 1 次" in li.taps("未接")
    assert "其中一次不早于" in li.taps("占线"), "three, but all within the hour"
    street.waits(minutes=61)
    said = li.taps("空号")
    assert "备注草稿" in said
    assert "共拨打4次均未联系上" in said
    assert "空号" in said
    review = li.taps("采用草稿")
    assert "备注：共拨打4次均未联系上" in review
    li.taps("确认反馈")
    assert "备注：共拨打4次均未联系上" in zheng.hears()
    assert (books.state(street), books.duties(street)) == ("awaiting_offline", ["open"])


def test_a_call_that_is_answered_after_all_lets_another_result_be_chosen(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    li.fills_in(7)
    li.taps("接通")
    assert "选了「已联系，不配合提供地址」" in li.says("6")


def test_one_card_is_one_call(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("未接")
    assert "没有重复记" in li.presses_old("未接")
    assert len(books.calls(street)) == 1


def test_an_outcome_that_does_not_exist_is_refused(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("显示电话")
    one, key = li.dealt("接通")
    street.forges("li.fang", one, key.replace("answered", "in_person"))
    assert "没有改动" in li.hears()
    assert books.calls(street) == []


def test_calls_of_an_earlier_holder_count(street: Street, li: Hand, wang: Hand) -> None:
    """The person was called, whoever called: a hand-over does not make anybody ring again."""
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    wang.says("待核实")
    wang.says("1")
    wang.taps("接手")
    assert "请回复核实备注" in wang.fills_in(5)
