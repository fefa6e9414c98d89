"""After 确认反馈: 撤销 in two minutes, 更正 with both versions, the CDC's 接收 and 退回."""

import pytest

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def fed_back(street: Street, li: Hand) -> Hand:
    """王建明 has just been fed back as result 5."""
    street.list_arrives(lists.csv(lists.person()))
    li.feeds_back(5, "本人已回泉州老家")
    return li


@pytest.mark.parametrize("how", ["button", "word"])
def test_undo_within_two_minutes_makes_it_as_if_unsent(street: Street, fed_back: Hand, zheng: Hand, how: str) -> None:
    said = fed_back.taps("撤销") if how == "button" else fed_back.says("撤销")
    assert "已撤销 王*明 的反馈" in said
    assert "请确认：王*明" in said, "ready to be sent again"
    assert "备注：本人已回泉州老家" in said
    assert (books.state(street), books.duties(street)) == ("pending", ["void"])
    assert books.tasks(street) == [("前埔南社区", "taken", "li.fang")]
    assert zheng.live("接收") == []
    assert "社区已撤销，这次没有改动" in zheng.presses_old("接收")
    assert fed_back.live("已线下反馈") == []
    fed_back.taps("确认反馈")
    assert (books.state(street), books.duties(street)) == ("awaiting_offline", ["void", "open"])
    assert [one.undone_at is None for one in books.reports(street)] == [False, True]


@pytest.mark.parametrize("how", ["button", "word"])
def test_undo_after_two_minutes_names_the_way_that_is_left(street: Street, fed_back: Hand, how: str) -> None:
    street.waits(minutes=2)
    said = fed_back.taps("撤销") if how == "button" else fed_back.says("撤销")
    assert "更正" in said
    assert "没有改动" in said
    assert books.state(street) == "awaiting_offline"


@pytest.mark.parametrize("how", ["button", "word"])
def test_undo_after_accept_names_the_way_that_is_left(street: Street, fed_back: Hand, zheng: Hand, how: str) -> None:
    zheng.taps("接收")
    said = fed_back.taps("撤销") if how == "button" else fed_back.says("撤销")
    assert "疾控已接收，不能撤销" in said
    assert "更正" in said
    assert books.state(street) == "awaiting_offline"


def test_undo_with_nothing_to_take_back_says_so(street: Street, li: Hand) -> None:
    assert "没有可撤销的反馈" in li.says("撤销")


def test_undo_is_the_reporters_alone(street: Street, fed_back: Hand, wang: Hand) -> None:
    assert "没有可撤销" in wang.says("撤销")
    receipt, key = fed_back.dealt("撤销")
    street.forges("wang.qiang", receipt, key)
    assert "没有改动" in wang.hears()
    assert books.state(street) == "awaiting_offline"


def test_undo_in_the_middle_of_a_correction_takes_the_feedback_back(street: Street, fed_back: Hand) -> None:
    fed_back.taps("更正")
    assert "已撤销" in fed_back.says("撤销")
    assert books.state(street) == "pending"


def test_a_void_duty_reminds_nobody(street: Street, fed_back: Hand) -> None:
    fed_back.taps("撤销")
    street.waits(minutes=40)
    assert "待线下反馈" not in fed_back.hears()
    assert "已作废" in fed_back.presses_old("已线下反馈")


def test_correction_keeps_both_versions_and_tells_the_cdc(street: Street, fed_back: Hand, zheng: Hand) -> None:
    zheng.taps("接收")
    street.waits(minutes=30)
    said = fed_back.taps("更正")
    assert "正在更正 王*明 的反馈（原结果5），确认前原反馈有效" in said
    assert (books.state(street), books.duties(street)) == ("awaiting_offline", ["open"]), "nothing changes yet"
    fed_back.fills_in(1, door="是")
    fed_back.says("本人今早已回到本社区家中")
    fed_back.taps("愿意")
    fed_back.submits()
    fed_back.taps("确认反馈")
    assert (books.state(street), books.duties(street)) == ("awaiting_transport", ["void"])
    assert [(one.n, one.result) for one in books.reports(street)] == [(1, "5"), (2, "1")]
    card = zheng.hears()
    assert "结果1" in card
    assert "更正前：结果5 不在本辖区，且不在本市" in card
    assert fed_back.live("已线下反馈") == []


def test_correction_to_another_offline_result_owes_one_duty_anew(street: Street, fed_back: Hand) -> None:
    fed_back.taps("更正")
    fed_back.fills_in(6)
    fed_back.says("再次联系，拒绝提供住址")
    fed_back.taps("确认反馈")
    assert (books.state(street), books.duties(street)) == ("awaiting_offline", ["void", "open"])
    assert len(fed_back.live("已线下反馈")) == 1


def test_correction_to_a_forward_offers_it(street: Street, fed_back: Hand, chen: Hand) -> None:
    fed_back.taps("更正")
    fed_back.fills_in(3)
    fed_back.says("前埔北社区")
    fed_back.submits()
    fed_back.taps("确认反馈")
    assert (books.state(street), books.duties(street)) == ("forwarded", ["void"])
    chen.taps("接收")
    assert books.tasks(street)[-1] == ("前埔北社区", "open", "")


def test_cancel_gives_a_correction_up_and_leaves_the_receipt(street: Street, fed_back: Hand) -> None:
    street.waits(minutes=5)
    fed_back.taps("更正")
    fed_back.fills_in(6)
    assert "已放弃更正，王*明 的原反馈不变" in fed_back.says("取消")
    assert [(one.n, one.result) for one in books.reports(street)] == [(1, "5")]
    assert books.duties(street) == ["open"]
    assert "正在更正" in fed_back.taps("更正"), "it can be corrected another time"


def test_return_brings_it_back_with_the_reason_and_voids_the_duty(
    street: Street, fed_back: Hand, wang: Hand, zheng: Hand, xu: Hand
) -> None:
    assert "退回 王*明 的反馈，尚未保存" in zheng.taps("退回")
    for blank in ("无", "。"):
        assert "没有写明原因，尚未保存" in zheng.says(blank)
    assert "原因已转达社区" in zheng.says("请核实具体地址")
    said = fed_back.hears()
    assert "疾控退回了 王*明 的反馈：请核实具体地址" in said
    assert (books.state(street), books.duties(street)) == ("pending", ["void"])
    assert books.tasks(street) == [("前埔南社区", "open", "")]
    assert fed_back.live("已线下反馈") == []
    assert "没有改动" in xu.presses_old("接收")
    fed_back.taps("核实反馈")
    fed_back.fills_in(6)
    fed_back.says("已核实，拒绝提供门牌")
    fed_back.taps("确认反馈")
    assert [one.n for one in books.reports(street)] == [1, 2]
    assert books.duties(street) == ["void", "open"]


def test_return_in_the_middle_of_a_correction_is_not_lost(street: Street, fed_back: Hand, zheng: Hand) -> None:
    fed_back.taps("更正")
    zheng.taps("退回")
    zheng.says("请核实具体地址")
    assert "疾控退回了 王*明 的反馈" in fed_back.hears()
    assert (books.state(street), books.duties(street)) == ("pending", ["void"])
    assert fed_back.live("提交") == []


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_the_cdc_may_think_better_of_returning(street: Street, fed_back: Hand, zheng: Hand, word: str) -> None:
    zheng.taps("退回")
    assert "结果5" in zheng.says(word)
    assert "已接收：王*明" in zheng.taps("接收")
    assert books.state(street) == "awaiting_offline"


def test_accept_is_once_and_the_colleague_hears_who_was_first(
    street: Street, fed_back: Hand, zheng: Hand, xu: Hand
) -> None:
    assert "已接收：王*明，已记录" in zheng.taps("接收")
    assert xu.live("接收") == []
    said = xu.presses_old("接收")
    assert "已由郑医生于" in said
    assert "这次没有改动" in said
    assert "这次没有改动" in xu.presses_old("退回")
    assert [one.received_by for one in books.reports(street)] == ["zheng.yi"]


def test_a_feedback_taken_back_while_the_cdc_writes_its_reason_is_not_returned(
    street: Street, fed_back: Hand, zheng: Hand
) -> None:
    zheng.taps("退回")
    fed_back.taps("撤销")
    said = zheng.says("请核实具体地址")
    assert "没有" in said
    assert books.tasks(street) == [("前埔南社区", "taken", "li.fang")], "it stays with the reporter, who goes on"
