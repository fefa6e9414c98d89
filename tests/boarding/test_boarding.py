"""接人上车 (DOMAIN §2.7): one line for every scan, every refusal with its reason, by hand, undone, later."""

from datetime import timedelta

import pytest

from bot.state import contact, notice, vehicle
from bot.state.contact import State
from bot.state.vehicle import Class
from bot.turn import Kind
from tests.boarding.stop import Stop
from tests.verification.hand import Hand


def test_an_escort_scans_everybody_aboard_one_line_each(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    row = stop.notice(people)
    stop.vehicle(row)
    assert "1 辆车待接人" in su.says("接人上车")
    assert "闽D·演001（密接）前埔南社区 第1单" in su.taps("扫码上车")
    said = su.taps("查看详情")
    assert "应到3，已上0" in said
    assert "未到3" in said
    for number, who in enumerate(people, 1):
        assert stop.scans("su.husong", who.code) == f"✓ {who.shown} 第{number}位 / 应到3"
        assert stop.state(who) == State.ABOARD
    assert stop.notice_state(row) == notice.State.BOARDING
    stop.street.waits(seconds=10)
    assert "应到3 · 已上3 · 未到0" in su.hears()


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_twice_says_when_by_whom_and_which_place(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    stop.opens("zhou.husong")
    stop.scans("su.husong", people[0].code)
    for user in ("su.husong", "zhou.husong"):
        said = stop.scans(user, people[0].code)
        assert "已于09:0" in said
        assert "由苏护送扫过(第1位)，没有重复登记" in said
    assert len(stop.boardings()) == 1


def test_four_deliveries_of_one_scan_are_one_boarding_and_one_answer(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    said = {stop.scans("su.husong", people[0].code, event="evt:the-same") for _ in range(4)}
    assert said == {f"✓ {people[0].shown} 第1位 / 应到2"}
    assert len(stop.boardings()) == 1


def test_whoever_is_on_another_notice_or_on_none_is_sent_there(stop: Stop, su: Hand) -> None:
    ours, theirs, nobodys = stop.people(1), stop.people(1), stop.people(1)
    stop.vehicle(stop.notice(ours))
    other = stop.notice(theirs)
    stop.opens()
    assert f"在另一张转运单（前埔南社区 第{other.number}单）" in stop.scans("su.husong", theirs[0].code)
    assert "不在本转运单上（已发放）" in stop.scans("su.husong", nobodys[0].code)
    assert stop.boardings() == []


@pytest.mark.parametrize(("theirs", "ours"), [(Class.CLOSE, Class.OTHER), (Class.OTHER, Class.CLOSE)])
def test_the_wrong_class_of_car_is_a_hard_stop(stop: Stop, su: Hand, theirs: Class, ours: Class) -> None:
    people = stop.people(2)
    row = stop.notice(people, ours, **{people[0].name: theirs})
    stop.vehicle(row, travel_class=ours)
    stop.opens()
    said = stop.scans("su.husong", people[0].code)
    assert said.startswith("✗ 停！")
    assert f"是{theirs.label}人员，本车是{ours.label}车辆，不能上车" in said
    assert stop.scans("su.husong", people[1].code) == f"✓ {people[1].shown} 第1位 / 应到1"


def test_no_seat_is_left_beyond_the_rule(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    stop.vehicle(stop.notice(people), room=2)
    stop.opens()
    for who in people[:2]:
        assert stop.scans("su.husong", who.code).startswith("✓")
    assert "本车限乘 2 人已满" in stop.scans("su.husong", people[2].code)
    assert stop.state(people[2]) == State.LISTED


def test_a_notice_cancelled_while_the_car_is_on_its_way_boards_nobody(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    row = stop.notice(people)
    stop.vehicle(row)
    stop.opens()
    stop.does(lambda tx: notice.call_off(tx, notice.noun.load(tx, row.id, lock=True), "cancelled", "改期"))
    assert "本转运单已取消" in stop.scans("su.husong", people[0].code)
    assert "没有已派车的转运单" in su.says("接人上车")


def test_a_vehicle_that_was_withdrawn_boards_nobody(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    row = stop.notice(people)
    car = stop.vehicle(row)
    stop.vehicle(row, "闽D·演002")
    stop.opens(plate="闽D·演001")
    stop.does(lambda tx: vehicle.noun.fire(tx, vehicle.noun.load(tx, car.id), "withdrawn"))
    assert "本车已撤回" in stop.scans("su.husong", people[0].code)


def test_a_code_that_is_none_or_nobodys_says_so_in_one_line(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    stop.vehicle(stop.notice(people))
    stop.opens()
    spare = stop.does(stop.spare)
    for text, why in {
        spare: "没有绑定人员",
        people[0].code[:-1] + ("2" if people[0].code[-1] != "2" else "3"): "签名不对",
        "https://example.invalid/x": "网址",
        "你好": "✗",
    }.items():
        said = stop.scans("su.husong", text)
        assert why in said
        assert "\n" not in said, text
    assert stop.boardings() == []


def test_an_undecided_person_never_boards_not_even_past_the_code(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    stop.vehicle(stop.notice(people))
    stop.opens()
    undecided = contact.table.update().where(contact.table.c.id == people[0].id).values(state="undecided")
    stop.does(lambda tx: tx.run(undecided))
    assert "待判定，不能转运" in stop.scans("su.husong", people[0].code)
    assert stop.boardings() == []
    back = [contact.table.update().values(state=state) for state in ("pending", "listed")]
    stop.does(lambda tx: [tx.run(step) for step in back])  # as it was: the books are looked at after the story


def test_scanning_without_a_chosen_notice_says_what_to_do(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    stop.vehicle(stop.notice(people))
    su.says("接人上车")
    assert "还没有选择转运单" in stop.scans("su.husong", people[0].code)
    su.taps("扫码上车")
    assert "还没有选择转运单" in stop.scans("su.husong", people[0].code)
    assert "还没有选择转运单" in su.says(people[0].short)
    assert "名单只有 1–1 号" in su.says("7")
    assert stop.boardings() == []


def test_nobody_waits_for_a_car(stop: Stop, su: Hand) -> None:
    assert "没有已派车的转运单" in su.says("接人上车")


def test_only_escorts_of_the_place_see_and_scan(stop: Stop) -> None:
    people = stop.people(1)
    stop.vehicle(stop.notice(people))
    for other in ("li.fang", "zheng.yi", "jiudian.qian", "he.diaodu"):
        assert "没有办理这条记录的权限" in stop.street.phone(other).says("接人上车")
    stop.moves("su.husong", "350211")
    assert "没有已派车的转运单" in stop.street.phone("su.husong").says("接人上车")


def test_an_escort_who_loses_the_right_in_the_middle_scans_no_more(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    stop.scans("su.husong", people[0].code)
    stop.moves("su.husong", "350211")
    assert "没有办理这条记录的权限" in stop.scans("su.husong", people[1].code)
    assert stop.state(people[1]) == State.LISTED
    stop.opens("zhou.husong")
    assert "第2位" in stop.scans("zhou.husong", people[1].code)


# ── several ways and several escorts ──────────────────────────────────────────────────────────────────────────────────


def test_typed_codes_and_several_in_one_message_are_each_answered(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    stop.vehicle(stop.notice(people))
    stop.opens()
    assert "第1位" in su.says(people[0].short.lower())
    said = stop.scans("su.husong", people[0].code, people[1].code, people[2].code).splitlines()
    assert ["由苏护送扫过" in said[0], "第2位" in said[1], "第3位" in said[2]] == [True, True, True]


def test_two_escorts_at_one_vehicle_count_together(stop: Stop, su: Hand, zhou: Hand) -> None:
    people = stop.people(4)
    stop.vehicle(stop.notice(people))
    stop.opens("su.husong")
    stop.opens("zhou.husong")
    for number, who in enumerate(people, 1):
        assert f"第{number}位 / 应到4" in stop.scans(("su.husong", "zhou.husong")[number % 2], who.code)
    zhou.hears()
    stop.street.waits(seconds=10)
    assert "应到4 · 已上4 · 未到0" in zhou.hears(), "both see the tally"


def test_one_escort_between_two_vehicles(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    row = stop.notice(people)
    first, second = stop.vehicle(row), stop.vehicle(row, "闽D·演002")
    stop.opens(plate="闽D·演001")
    assert stop.scans("su.husong", people[0].code).endswith("第1位 / 应到3")
    stop.opens(plate="闽D·演002")
    assert stop.scans("su.husong", people[1].code).endswith("第2位 / 应到3（本车1）")
    assert "在闽D·演001" in stop.scans("su.husong", people[0].code)
    assert [one.vehicle_id for one in stop.boardings()] == [first.id, second.id]


def test_forty_scans_in_a_minute_lose_no_answer_and_send_few_cards(stop: Stop, su: Hand) -> None:
    people = stop.people(40)
    stop.vehicle(stop.notice(people), room=40)
    stop.opens()
    sent = len(stop.street.counter.dealt)
    stop.street.clock.at -= stop.street.gesture * 40  # each gesture takes ten seconds; these take one and a half
    for number, who in enumerate(people, 1):
        stop.street.clock.at += timedelta(seconds=1.5) - stop.street.gesture
        assert f"第{number}位 / 应到40" in stop.scans("su.husong", who.code)
    assert len(stop.street.counter.dealt) - sent <= 12


# ── one by one ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_child_without_a_band_boards_by_hand_with_a_reason(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    said = su.says("名单")
    assert "1 演*" in said
    assert "未到" in said
    assert "证件" in su.says("1")
    assert "请写原因" in su.taps("无码上车")
    assert "原因没有内容" in su.says("无")
    assert su.says("婴儿未戴手环，已核对出生证").startswith("✓")
    (row,) = stop.boardings()
    assert (row.how, row.reason, row.boarded_by) == ("manual", "婴儿未戴手环，已核对出生证", "su.husong")


@pytest.mark.parametrize("deed", ["未到", "拒绝", "改120"])
def test_who_does_not_board_is_explained_and_may_still_come(stop: Stop, su: Hand, deed: str) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    su.says("2")
    assert f"{deed}，已保存。还有 1 人未到" in su.taps(deed)
    assert f"{deed}" in su.says("名单")
    assert stop.scans("su.husong", people[0].code).endswith("第1位 / 应到1")
    assert stop.scans("su.husong", people[1].code).endswith("第2位 / 应到2")


def test_anything_else_needs_words(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    stop.vehicle(stop.notice(people))
    stop.opens()
    su.says("1")
    su.taps("其他")
    assert "已返回" in su.says("取消")
    su.says("1")
    su.taps("其他")
    assert "其他，已保存" in su.says("家属已自行送往酒店")


def test_a_scan_in_the_middle_of_a_question_is_still_a_scan(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    su.says("1")
    su.taps("无码上车")
    assert stop.scans("su.husong", people[1].code).startswith("✓")
    assert "✓" in su.says("卡片丢失，已核对证件")
    assert [one.how for one in stop.boardings()] == ["scan", "manual"]


def test_undo_within_two_minutes_and_off_with_a_reason_afterwards(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    row = stop.notice(people)
    stop.vehicle(row)
    stop.opens()
    stop.scans("su.husong", people[0].code)
    assert "已撤销" in su.says("撤销")
    assert (stop.state(people[0]), stop.notice_state(row)) == (State.LISTED, notice.State.ASSIGNED)
    stop.scans("su.husong", people[0].code)
    stop.street.waits(minutes=3)
    assert "没有您扫的上车记录" in su.says("撤销")
    su.says("1")
    su.taps("下车")
    assert "下车，已上0 / 应到2" in su.says("本人突然发热，改由120")
    assert [one.state for one in stop.boardings()] == ["undone", "undone"]


# ── written down later ────────────────────────────────────────────────────────────────────────────────────────────────


def test_lines_of_an_outage_are_taken_once_and_contradictions_shown(stop: Stop, su: Hand) -> None:
    people = stop.people(3)
    stop.vehicle(stop.notice(people))
    stop.street.waits(minutes=40)
    stop.opens()
    assert "每行一个「码 时间」" in su.says("补录")
    paste = "\n".join(
        [f"{people[0].short} 09:20", f"{people[1].short}，9:21", "22222222 09:22", f"{people[2].short} 23:59"]
    )
    said = su.says(paste)
    assert "09:20 补录，第1位 / 应到3" in said
    assert "时间「23:59」不对" in said
    assert "补录 2 人，已有记录 0 人，未补录 2 行" in said
    assert "补录 0 人，已有记录 2 人，未补录 2 行" in su.says(paste)
    assert [one.how for one in stop.boardings()] == ["later", "later"]
    assert "09:20由苏护送扫过" in stop.scans("su.husong", people[0].code)


def test_a_callback_that_waited_in_the_spool_keeps_its_time(stop: Stop, su: Hand) -> None:
    people = stop.people(1)
    stop.vehicle(stop.notice(people))
    stop.opens()
    then = stop.street.now()
    stop.street.waits(minutes=20)
    stop.scans("su.husong", people[0].code, at=then)
    assert stop.boardings()[0].boarded_at == then


# ── ways out ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_back_and_cancel(stop: Stop, su: Hand) -> None:
    people = stop.people(2)
    stop.vehicle(stop.notice(people))
    stop.opens()
    stop.scans("su.husong", people[0].code)
    assert "上车中，应到2，已上1，未到1" in su.says("为什么")
    assert "已返回" in su.says("返回")
    assert "已退出扫码" in su.says("取消")
    assert stop.arrives(Kind.SCAN, "su.husong", people[1].code).text != ""
    assert len(stop.boardings()) == 1
