"""完成接人 (DOMAIN §2.7): nobody forgotten, the head counted blind, a second person, one car of several, once."""

import json

import pytest
import sqlalchemy as sa

from bot.state import hotel, notice, vehicle
from bot.state.contact import State
from bot.state.vehicle import Class
from tests.boarding.stop import Stop, Wearer
from tests.verification.hand import Hand


@pytest.fixture
def aboard(stop: Stop) -> list[Wearer]:
    """Three people aboard the only car."""
    people = stop.people(3)
    stop.vehicle(stop.notice(people))
    stop.opens()
    for who in people:
        stop.scans("su.husong", who.code)
    stop.street.waits(seconds=10)
    return people


def leaves(su: Hand, count: int) -> str:
    """完成接人, the head count, 确认发车."""
    su.taps("完成接人")
    su.says(str(count))
    return su.taps("确认发车")


def test_everybody_aboard_and_counted_the_bus_leaves_and_all_are_told(
    stop: Stop, aboard: list[Wearer], su: Hand
) -> None:
    li, he, zheng, qian = (stop.street.phone(one) for one in ("li.fang", "he.diaodu", "zheng.yi", "jiudian.qian"))
    assert "请清点 闽D·演001 车上人数" in su.taps("完成接人")
    said = su.says("3人")
    assert "闽D·演001 共 3 人，请确认发车" in said
    assert "名单立即推送给酒店" in said
    assert "已完成接人：前埔南社区 第1单 闽D·演001 共 3 人，送往鹭岛隔离酒店一号" in su.taps("确认发车")
    assert [stop.state(who) for who in aboard] == [State.PICKED_UP] * 3
    for hand in (li, he, zheng):
        assert "接走 3 人，送往鹭岛隔离酒店一号" in hand.hears()
    assert "在途 3 人" in qian.hears()
    (done,) = stop.handovers()
    assert (done.head_count, done.people, done.second_by, done.push) == (3, 3, "", "none")
    assert [who for who, _ in stop.guests()] == [who.id for who in aboard]


def test_the_count_is_blind(stop: Stop, aboard: list[Wearer], su: Hand) -> None:
    said = su.taps("完成接人")
    assert "3" not in said.replace("2026", "")
    shown = [
        entry.text() for entry in stop.street.sandbox.chat("su.husong") if "应到" in entry.text() and entry.task_id
    ]
    assert shown == [], "no tally is left to read on the phone"


def test_whoever_is_neither_aboard_nor_explained_stops_it_by_name(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    row = stop.notice(people)
    stop.vehicle(row)
    stop.opens()
    stop.scans("su.husong", people[0].code)
    said = su.taps("完成接人")
    assert f"{people[1].shown}、{people[2].shown} 未到也没有说明" in said
    for number, deed in ((2, "未到"), (3, "改120")):
        su.says(str(number))
        su.taps(deed)
    stop.street.waits(seconds=10)
    assert "送往" in leaves(su, 1)
    assert f"未上车：{people[1].shown} 未到、{people[2].shown} 改120" in stop.street.phone("li.fang").hears()
    assert [stop.state(who) for who in people] == [State.PICKED_UP, State.ISSUED, State.ISSUED]
    assert stop.notice_state(row) == notice.State.DEPARTED


def test_a_car_with_nobody_in_it_does_not_leave(stop: Stop, su: Hand) -> None:
    stop.vehicle(stop.notice(stop.people(1)))
    stop.opens()
    su.says("1")
    su.taps("拒绝")
    stop.street.waits(seconds=10)
    assert "还没有人上车，不能完成接人" in su.taps("完成接人")


@pytest.mark.parametrize("said", ["-3", "0", "3.5", "一百", "三", "", "999999"])
def test_a_head_count_is_a_whole_number(stop: Stop, aboard: list[Wearer], su: Hand, said: str) -> None:
    su.taps("完成接人")
    assert "请只回复一个整数" in su.says(said or "？")
    assert "请确认发车" in su.says("３")


# ── it does not fit ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mismatch_is_shown_with_names_and_blocks(stop: Stop, aboard: list[Wearer], su: Hand) -> None:
    su.taps("完成接人")
    said = su.says("2")
    assert "清点 2 人，系统已上 3 人" in said
    assert all(who.shown in said for who in aboard)
    assert "请清点" in su.taps("重新清点")
    assert "请确认发车" in su.says("3")
    assert stop.handovers() == []


def test_an_override_needs_a_reason_and_a_second_person(stop: Stop, aboard: list[Wearer], su: Hand, zhou: Hand) -> None:
    su.taps("完成接人")
    su.says("4")
    su.taps("人数不符仍发车")
    assert "原因没有内容" in su.says("无")
    assert "已请 周护送、何调度、李芳 确认" in su.says("家属一名婴儿由母亲抱着，未发手环")
    assert "清点 4 人，系统已上 3 人" in zhou.hears()
    assert "已记录您的意见" in zhou.taps("同意发车")
    assert "周护送已同意发车" in su.hears()
    assert "已完成接人" in su.taps("确认发车")
    (done,) = stop.handovers()
    assert (done.head_count, done.people, done.second_by, done.reason) == (
        4, 3, "zhou.husong", "家属一名婴儿由母亲抱着，未发手环",
    )  # fmt: skip


def test_the_second_person_is_another_one_and_may_say_no(
    stop: Stop, aboard: list[Wearer], su: Hand, zhou: Hand
) -> None:
    su.taps("完成接人")
    su.says("4")
    su.taps("人数不符仍发车")
    su.says("多了一名司机的孩子")
    zhou.taps("不同意")
    assert "周护送不同意发车，请重新清点" in su.hears()
    assert "请确认发车" in su.says("3")
    assert "已过时" in zhou.presses_old("同意发车")


def test_boarding_after_the_count_makes_it_count_again(stop: Stop, su: Hand, zhou: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    stop.opens("zhou.husong")
    stop.scans("su.husong", people[0].code)
    su.says("2")
    su.taps("未到")
    stop.street.waits(seconds=10)
    su.taps("完成接人")
    su.says("1")
    assert "第2位" in stop.scans("zhou.husong", people[1].code)
    assert "有变动，还没有发车" in su.taps("确认发车")
    su.says("2")
    assert "共 2 人" in su.taps("确认发车")


def test_going_on_boarding_takes_the_words_back_to_the_door(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    stop.scans("su.husong", people[0].code)
    su.says("2")
    su.taps("未到")
    stop.street.waits(seconds=10)
    su.taps("完成接人")
    assert "已回到上车" in su.says("取消")
    assert "第2位" in su.says(people[1].short)


# ── once, by whoever ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_finished_twice_by_two_people_leaves_once(stop: Stop, aboard: list[Wearer], su: Hand, zhou: Hand) -> None:
    stop.opens("zhou.husong")
    su.taps("完成接人")
    assert "苏护送从09:" in zhou.presses_old("完成接人", "应到3")
    su.says("3")
    su.taps("确认发车")
    for hand in (su, zhou):
        assert "由苏护送完成接人，共 3 人，这次没有改动" in hand.presses_old("完成接人", "应到3")
    assert "这次没有改动" in su.presses_old("确认发车")
    assert len(stop.handovers()) == 1


def test_a_colleague_goes_on_where_an_escort_lost_the_right(
    stop: Stop, aboard: list[Wearer], su: Hand, zhou: Hand
) -> None:
    stop.opens("zhou.husong")
    su.taps("完成接人")
    stop.moves("su.husong", "350211")
    assert "没有办理这条记录的权限" in su.says("3")
    assert "请清点车上人数" in zhou.presses_old("完成接人", "应到3")
    zhou.says("3")
    assert "已完成接人" in zhou.taps("确认发车")
    assert stop.handovers()[0].departed_by == "zhou.husong"


def test_after_it_left_nobody_boards_and_nothing_is_undone(stop: Stop, aboard: list[Wearer], su: Hand) -> None:
    leaves(su, 3)
    said = stop.scans("su.husong", aboard[0].code)
    assert "扫过(第1位)" in said
    su.says("撤销")
    assert len([one for one in stop.boardings() if one.state == "departed"]) == 3


# ── several vehicles, several hotels ──────────────────────────────────────────────────────────────────────────────────


def test_one_vehicle_of_several_leaves_on_its_own(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    row = stop.notice(people)
    stop.vehicle(row, "闽D·演001")
    stop.vehicle(row, "闽D·演002")
    stop.opens(plate="闽D·演001")
    stop.scans("su.husong", people[0].code)
    stop.street.waits(seconds=10)
    assert "还有 2 人等其他车辆" in leaves(su, 1)
    assert stop.notice_state(row) == notice.State.BOARDING
    stop.opens(plate="闽D·演002")
    assert "未到也没有说明" in su.taps("完成接人"), "the last car of its class waits for everybody"
    for who in people[1:]:
        stop.scans("su.husong", who.code)
    stop.street.waits(seconds=10)
    assert "送往" in leaves(su, 2)
    assert stop.notice_state(row) == notice.State.DEPARTED
    assert [one.people for one in stop.handovers()] == [1, 2]


def test_the_last_car_goes_home_empty_when_all_have_left(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    row = stop.notice(people)
    stop.vehicle(row, "闽D·演001")
    stop.vehicle(row, "闽D·演002")
    stop.opens(plate="闽D·演001")
    for who in people:
        stop.scans("su.husong", who.code)
    stop.street.waits(seconds=10)
    leaves(su, 2)
    stop.opens(plate="闽D·演002")
    assert "空车返回" in su.taps("完成接人")
    assert stop.notice_state(row) == notice.State.DEPARTED


def test_people_of_the_other_class_need_their_own_car(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    row = stop.notice(people, **{people[1].name: Class.OTHER})
    stop.vehicle(row, "闽D·演001")
    stop.opens()
    stop.scans("su.husong", people[0].code)
    stop.street.waits(seconds=10)
    assert f"{people[1].shown} 未到也没有说明" in su.taps("完成接人")
    stop.vehicle(row, "闽D·演002", Class.OTHER)
    assert "送往" in leaves(su, 1)


def test_a_hotel_that_is_too_small_is_warned_about(stop: Stop, aboard: list[Wearer], su: Hand) -> None:
    stop.does(lambda tx: tx.run(hotel.table.update().values(capacity=2)))
    su.taps("完成接人")
    assert "只余 2 个位置，本车 3 人" in su.says("3")
    assert "还没有发车" in su.taps("确认发车")
    assert stop.handovers() == []
    assert "已完成接人" in su.taps("确认发车")


def test_the_hotel_that_has_room_stands_first_and_another_may_be_chosen(
    stop: Stop, aboard: list[Wearer], su: Hand
) -> None:
    stop.does(lambda tx: tx.run(hotel.table.update().where(hotel.table.c.code == "LD01").values(capacity=2)))
    su.taps("完成接人")
    su.says("3")
    assert "送往鹭岛隔离酒店二号" in su.taps("确认发车")


def test_the_manifest_is_kept_as_it_was_and_sealed(stop: Stop, aboard: list[Wearer], su: Hand) -> None:
    leaves(su, 3)
    (done,) = stop.handovers()
    told = json.loads(done.manifest)
    assert (told["manifest_id"], told["version"], told["notice_id"]) == (done.id, 1, done.notice_id)
    assert told["vehicle"] == {"plate": "闽D·演001", "class": "close"}
    assert [one["name"] for one in told["people"]] == [who.name for who in aboard]
    assert [one["band"] for one in told["people"]] == [who.short for who in aboard]
    with stop.street.core.store.read() as conn:
        (raw,) = conn.execute(sa.text("SELECT manifest FROM handover")).scalars()
    assert aboard[0].name.encode() not in bytes(raw)


def test_a_vehicle_withdrawn_meanwhile_cannot_be_finished(stop: Stop, aboard: list[Wearer], su: Hand) -> None:
    (car,) = stop.does(vehicle.noun.where)
    stop.does(lambda tx: vehicle.noun.fire(tx, car, "withdrawn"))
    assert "闽D·演001 已撤回，这次没有改动" in su.taps("完成接人")


def test_nobody_came_and_the_notice_is_cancelled_everybody_may_be_listed_anew(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    row = stop.notice(people)
    stop.vehicle(row)
    stop.opens()
    for number in ("1", "2"):
        su.says(number)
        su.taps("未到")
    stop.street.waits(seconds=10)
    stop.does(lambda tx: notice.call_off(tx, notice.noun.load(tx, row.id, lock=True), "cancelled", "都没有来"))
    assert [stop.state(who) for who in people] == [State.ISSUED] * 2


def test_a_cancelled_notice_greys_the_tally_and_a_recalled_car_too(stop: Stop, su: Hand) -> None:
    row = stop.notice(stop.people(1))
    stop.vehicle(row)
    stop.opens()
    li = stop.street.phone("li.fang")
    li.says("我的通知")
    li.says("1")
    li.taps("取消转运通知")
    li.says("本人已自行前往")
    assert su.live("完成接人") == []
    assert stop.notice_state(row) == notice.State.CANCELLED
