"""中止 (DOMAIN §2.6): once people have boarded, a pickup ends early with a reason and a word on each who is left."""

import pytest

from bot.state import notice, vehicle
from bot.state.contact import State
from tests.boarding.stop import Stop, Wearer
from tests.verification import books
from tests.verification.hand import Hand

WHY = "车辆故障，改派后重新通知"


@pytest.fixture
def li(stop: Stop) -> Hand:
    """李芳 wrote the notice."""
    return stop.street.phone("li.fang")


@pytest.fixture
def he(stop: Stop) -> Hand:
    """何调度 has taken it."""
    return stop.street.phone("he.diaodu")


@pytest.fixture
def boarding(stop: Stop, su: Hand) -> list[Wearer]:
    """Four people, two of them aboard the only car."""
    people = stop.people(4)
    stop.vehicle(stop.notice(people))
    stop.opens()
    for who in people[:2]:
        stop.scans("su.husong", who.code)
    return people


def asks(li: Hand) -> str:
    """我的通知 → the notice → 中止."""
    li.says("我的通知")
    li.says("1")
    return li.taps("中止")


def places(stop: Stop) -> list[tuple[str, str, str]]:
    """What became of everybody on a notice, in their order."""
    rows = stop.does(lambda tx: notice.person_noun.where(tx, order=notice.people_table.c.id))
    return [(one.state, one.disposition, one.reason) for one in rows]


def test_a_broken_down_car_sets_everybody_free_with_a_word_on_each(
    stop: Stop, boarding: list[Wearer], li: Hand, he: Hand, su: Hand
) -> None:
    zheng, wang = stop.street.phone("zheng.yi"), stop.street.phone("wang.qiang")
    su.says("4")
    su.taps("拒绝")
    for hand in (su, he, zheng, wang):
        hand.hears()
    assert "尚未中止" in asks(li)
    assert "没有写明原因，转运没有中止" in li.says("无")
    said = li.says(WHY)
    assert (
        f"1 {boarding[0].shown} 已上 → 其他\n2 {boarding[1].shown} 已上 → 其他\n3 {boarding[2].shown} 未到 → 其他"
        in said
    )
    assert boarding[3].shown not in said, "what became of them is written down already"
    assert "车上 2 人下车，未上车 1 人" in said
    assert "撤回车辆：闽D·演001" in said
    for odd in ("好的", "9 改120", "2 回家", "0 未到"):
        assert "没看懂去向，尚未中止" in li.says(odd), odd
    said = li.says("2 改120\n3 其他 家属接回")
    assert "→ 改120" in said
    assert "→ 其他：家属接回" in said
    assert "已中止 前埔南社区 第1单，4 人可重新列入通知，已保存" in li.taps("确认中止")

    assert {stop.state(who) for who in boarding} == {State.ISSUED}
    assert places(stop) == [
        ("disposed", "other", WHY), ("disposed", "ambulance", WHY), ("disposed", "other", "家属接回"),
        ("disposed", "refused", ""),
    ]  # fmt: skip
    assert [one.state for one in stop.boardings()] == ["undone"] * 2
    assert [one.state for one in stop.does(vehicle.noun.where)] == ["withdrawn"]
    (row,) = stop.does(notice.noun.where)
    assert (row.state, row.ended_by, row.reason) == ("aborted", "li.fang", WHY)
    for hand in (su, he, zheng, wang):
        assert f"前埔南社区 第1单 已由李芳中止：{WHY}" in hand.hears()
    assert (su.live("完成接人"), li.live("确认中止")) == ([], [])
    assert "已中止" in stop.scans("su.husong", boarding[0].code)
    before = books.deeds(stop.street)
    assert "已中止（李芳），这次没有改动" in li.presses_old("确认中止")
    assert books.deeds(stop.street) == before
    assert "可转运 4 人" in li.says("通知转运"), "all of them can be called for anew"


def test_whoever_lost_the_right_in_the_middle_ends_nothing(stop: Stop, boarding: list[Wearer], li: Hand) -> None:
    asks(li)
    dealt, key = li.dealt("中止")
    assert stop.street.forges("su.husong", dealt, key).outcome == "refused"
    li.says(WHY)
    stop.moves("li.fang", "350211")
    assert "没有办理这条记录的权限" in li.taps("确认中止")
    assert stop.does(notice.noun.where)[0].state == notice.State.BOARDING


def test_what_changes_meanwhile_is_looked_at_again(stop: Stop, boarding: list[Wearer], li: Hand, su: Hand) -> None:
    asks(li)
    li.says(WHY)
    stop.scans("su.husong", boarding[2].code)
    assert "上车情况刚有变动，还没有中止" in li.taps("确认中止")
    assert "已过时，还没有中止" in li.presses_old("确认中止", "未上车 2 人")
    assert "车上 3 人下车，未上车 1 人" in li.find("未上车 1 人", "确认中止").text()
    assert "闽D·演001 已撤回" in li.taps("确认中止")
    assert {stop.state(who) for who in boarding} == {State.ISSUED}


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_it_can_be_thought_better_of(stop: Stop, boarding: list[Wearer], li: Hand, word: str) -> None:
    asks(li)
    assert "继续接人" in li.says(word)
    asks(li)
    assert "请回复中止的原因" in li.says("为什么")
    li.says(WHY)
    assert "继续接人" in li.says(word)
    assert li.live("确认中止") == []
    assert stop.does(notice.noun.where)[0].state == notice.State.BOARDING


def test_before_anybody_boards_it_is_cancelled_instead(stop: Stop, boarding: list[Wearer], li: Hand, su: Hand) -> None:
    asks(li)
    for _ in range(2):
        su.says("撤销")
    assert "已派车，不能中止" in li.says(WHY)
    assert "请用「取消转运通知」" in li.presses_old("中止")
    assert stop.does(notice.noun.where)[0].state == notice.State.ASSIGNED


def test_who_has_left_is_the_hotel_s_and_only_the_rest_is_ended(stop: Stop, su: Hand, li: Hand, qian: Hand) -> None:
    people = stop.people(3)
    row = stop.notice(people)
    stop.vehicle(row, "闽D·演001")
    stop.vehicle(row, "闽D·演002")
    stop.opens(plate="闽D·演001")
    stop.scans("su.husong", people[0].code)
    stop.street.waits(seconds=10)
    su.taps("完成接人")
    su.says("1")
    su.taps("确认发车")
    asks(li)
    li.says(WHY)
    assert "2 人可重新列入通知" in li.taps("确认中止")
    assert "已发车的 1 人照常由酒店接收" in su.hears()
    assert [stop.state(who) for who in people] == [State.PICKED_UP, State.ISSUED, State.ISSUED]
    assert [one.state for one in stop.does(lambda tx: vehicle.noun.where(tx, order=vehicle.table.c.id))] == [
        "departed", "withdrawn",
    ]  # fmt: skip
    assert "全部 1 人" in qian.taps("确认接收")
    assert (stop.state(people[0]), stop.notice_state(row)) == (State.ARRIVED, notice.State.ABORTED)
