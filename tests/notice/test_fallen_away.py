"""Who falls off a notice that was sent: a feedback put right, forwarded, taken back; in one transaction, and told."""

import pytest

from tests.notice.road import Road
from tests.scenarios import lists
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def fed_back(street: Street, li: Hand) -> Hand:
    """王建明 has been fed back by 李芳 with her own hands."""
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通", card="王*明")
    li.fills_in(1, door="不适用")
    li.says("本人在家，同意转运")
    li.taps("愿意")
    li.submits()
    li.taps("确认反馈")
    return li


@pytest.fixture
def listed(fed_back: Hand, road: Road) -> Hand:
    """He and 林秀英 are on a notice that has a car."""
    road.family(1, first=1)
    road.with_car()
    return fed_back


def corrects(li: Hand, result: int, remark: str = "") -> None:
    """更正 to another result, from the receipt."""
    li.taps("更正")
    li.fills_in(result, door="不适用")
    if result == 2:
        li.submits()
    elif remark:
        li.says(remark)


def test_a_corrected_feedback_takes_the_person_off_and_tells_dispatcher_and_escort(
    road: Road, listed: Hand, he: Hand, su: Hand
) -> None:
    he.hears()
    su.hears()
    corrects(listed, 5, "本人已回泉州老家")
    listed.taps("确认反馈")
    assert road.contacts() == {"王建明": "awaiting_offline", "林秀英": "listed"}
    assert road.riders() == {"王建明": "dropped", "林秀英": "listed"}
    for phone in (he, su):
        assert "前埔南社区 第1单 名单有变：王*明 已移出，还有 1 人" in phone.hears()


def test_who_only_will_not_ride_yet_waits_for_transport_again(road: Road, listed: Hand) -> None:
    listed.taps("更正")
    listed.fills_in(1, door="不适用")
    listed.says("本人改口")
    listed.taps("修改")
    listed.fills_in(1, door="不适用")
    listed.says("本人改口，正在劝导")
    listed.taps("劝导中")
    listed.submits()
    listed.taps("确认反馈")
    assert road.contacts()["王建明"] == "awaiting_transport"
    assert road.riders()["王建明"] == "dropped"
    assert "可转运 0 人" in listed.says("通知转运")


def test_the_same_feedback_again_keeps_the_place(road: Road, listed: Hand) -> None:
    listed.taps("更正")
    listed.fills_in(1, door="是")
    listed.says("门磁已装")
    listed.taps("确认反馈")
    assert (road.contacts()["王建明"], road.riders()["王建明"]) == ("listed", "listed")


def test_a_forward_takes_the_person_along(road: Road, listed: Hand, he: Hand) -> None:
    listed.taps("更正")
    listed.fills_in(3)
    listed.says("前埔北社区")
    listed.submits()
    listed.taps("确认反馈")
    assert (road.contacts()["王建明"], road.riders()["王建明"]) == ("forwarded", "dropped")
    assert "王*明 已移出" in he.hears()


def test_a_return_by_the_cdc_takes_the_person_off(road: Road, listed: Hand, zheng: Hand) -> None:
    zheng.taps("退回", "王*明")
    zheng.says("住址与流调不符")
    assert (road.contacts()["王建明"], road.riders()["王建明"]) == ("pending", "dropped")


def test_with_nobody_left_the_notice_ends_by_itself(road: Road, fed_back: Hand, zheng: Hand, he: Hand) -> None:
    road.with_car()
    zheng.taps("退回", "王*明")
    zheng.says("住址与流调不符")
    assert "名单上已经没有人，通知已自动取消" in he.hears()
    assert (road.states(), road.cars()) == (["cancelled"], [("闽D演001", "withdrawn")])
    assert he.live("派车") == []


def test_who_has_boarded_stays(road: Road, listed: Hand) -> None:
    road.boards("王建明")
    corrects(listed, 5, "本人已回泉州老家")
    assert "没有改动" in listed.taps("确认反馈")
    assert (road.contacts()["王建明"], road.riders()["王建明"]) == ("aboard", "aboard")


def test_who_needs_another_car_after_all_is_told(road: Road, listed: Hand, he: Hand, su: Hand) -> None:
    listed.taps("更正")
    listed.fills_in(1, door="不适用")
    listed.says("本人脚扭伤")
    listed.taps("修改")
    listed.fills_in(1, door="不适用")
    listed.says("本人脚扭伤")
    listed.taps("愿意")
    listed.ticks("轮椅", question="needs")
    listed.submits()
    listed.taps("确认反馈")
    assert road.riders()["王建明"] == "listed"
    for phone in (he, su):
        assert "王*明 特殊需求改为轮椅" in phone.hears()
    assert "还缺：轮椅车1座" in he.says("为什么")
