"""The 转运组: 接单, the proposal, 派车 field by field, several cars, 车已到, 撤回车辆, 退回, colleagues."""

from tests.notice.road import CAR, Road
from tests.people.test_relay import without
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


def test_the_order_is_taken_with_a_proposal_and_the_community_hears(road: Road, li: Hand, he: Hand) -> None:
    road.family(3, needs="wheelchair")
    road.family(1, first=3, needs="ambulance", 详细地址="前埔南小区7栋101室")
    road.family(1, first=4, 人员类别="次密接", 详细地址="前埔南小区9栋303室")
    road.sent()
    assert "特殊需求：轮椅 3 人，120 1 人" in he.hears()
    said = he.taps("接单")
    assert "· 密接 120：1 人（张*）" in said
    assert "· 密接 轮椅车 7座：3 人（王*明等3人）" in said
    assert "· 非密接车 7座：1 人（刘*媛）" in said
    assert "还缺：密接3座，非密接1座，轮椅车3座，120:1座" in said
    assert road.states() == ["taken"]
    assert "第1单 已由转运组何调度接单" in li.hears()


def test_a_car_in_one_line_is_checked_saved_and_told(road: Road, li: Hand, he: Hand, su: Hand) -> None:
    road.family(2)
    road.taken()
    he.taps("派车")
    review = he.says(CAR)
    assert "核定 45 座，按规定可坐 22 人" in review
    assert road.cars() == []
    assert "已派车：闽D演001 密接车，可坐 22 人，10:30 到" in he.taps("确认派车")
    assert (road.states(), road.cars()) == (["assigned"], [("闽D演001", "assigned")])
    for phone in (li, su):
        heard = phone.hears()
        assert "闽D演001 密接车，可坐 22 人，10:30 到前埔南小区北门" in heard
        assert "张师傅 14400000111" in heard


def test_what_is_missing_is_asked_for_one_by_one(road: Road, he: Hand) -> None:
    road.family(1)
    road.family(1, first=1, 人员类别="次密接", 详细地址="前埔南小区9栋303室")
    road.taken()
    he.taps("派车")
    assert "接谁" in he.says("闽D演002")
    assert "核定载客数" in he.says("非密接")
    assert "司机姓名" in he.says("7")
    assert "司机电话" in he.says("李师傅")
    assert "预计到达" in he.says("14400000112")
    assert "闽D演002 非密接车" in he.says("30分钟后")
    assert "还缺：密接1座" in he.taps("确认派车")


WRONG = {
    "闽D123 密接": "「车牌」不是车牌号",
    "闽O12345 密接": "「车牌」",
    "车牌：大巴": "「车牌」不是车牌号",
    "闽D演001 0座": "「座位数」应为1到60的整数",
    "闽D演001 -4座": "「座位数」应为1到60的整数",
    "闽D演001 2.5座": "「座位数」应为1到60的整数",
    "闽D演001 900座": "「座位数」应为1到60的整数",
    "闽D演001 08:00": "「预计到达」已经过去",
    "闽D演001 12345678901": "「司机电话」",
    "123": "没看懂车辆信息",
}


def test_a_car_that_cannot_be_is_refused_by_field(road: Road, he: Hand) -> None:
    road.family(1)
    road.taken()
    he.taps("派车")
    for typed, answer in WRONG.items():
        said = he.says(typed)
        assert answer in said, typed
        assert "尚未保存" in said, typed
    assert "核定载客数" in he.says("闽DD12345"), "new energy, eight characters"
    assert road.cars() == []


def test_several_cars_until_everybody_has_a_seat(road: Road, he: Hand) -> None:
    road.family(5)
    road.taken()
    assert "还缺：密接2座" in road.car("闽D演001 7座 张师傅 14400000111 10:30")
    assert "座位已够" in road.car("闽D演002 7座 李师傅 14400000112 10:40")
    assert [plate for plate, _ in road.cars()] == ["闽D演001", "闽D演002"]


def test_the_same_plate_is_not_sent_twice_for_one_notice(road: Road, street: Street, he: Hand) -> None:
    road.family(1)
    road.with_car()
    assert "闽D演001 已派到这一单，没有重复登记" in road.car()
    assert len(road.cars()) == 1
    before = books.deeds(street)
    he.presses_old("确认派车")
    assert books.deeds(street) == before


def test_a_plate_that_drives_elsewhere_and_a_class_nobody_has_are_pointed_out(road: Road, li: Hand, he: Hand) -> None:
    road.family(1)
    road.with_car()
    road.family(1, first=1)
    road.taken()
    he.taps("派车")
    assert "注意：这辆车还在 前埔南社区 第1单" in he.says(CAR)
    assert "注意：名单上没有非密接人员" in he.says("非密接")


def test_the_car_is_there(road: Road, li: Hand, he: Hand, su: Hand) -> None:
    road.family(1)
    road.with_car()
    assert "已记录 闽D演001 到达" in he.taps("车已到")
    assert road.cars() == [("闽D演001", "arrived")]
    for phone in (li, su):
        assert "车已到：闽D演001 密接车，前埔南社区 第1单，前埔南小区北门" in phone.hears()
    assert "闽D演001 车已到，这次没有改动" in he.taps("车已到")


def test_a_car_can_be_called_back_until_somebody_sits_in_it(road: Road, li: Hand, he: Hand, su: Hand) -> None:
    road.family(1)
    road.with_car()
    assert "已撤回 闽D演001" in he.taps("撤回车辆")
    assert (road.states(), road.cars()) == (["taken"], [("闽D演001", "withdrawn")])
    assert "闽D演001 已撤回，不来了" in su.hears()
    road.car()
    road.boards("王建明")
    assert "已有人上车或已发车，不能撤回" in he.taps("撤回车辆")


def test_an_empty_car_that_breaks_down_is_replaced_while_the_other_is_boarded(road: Road, he: Hand) -> None:
    road.family(3)
    road.with_car("闽D演001 密接 7座 张师傅 14400000111 10:30")
    road.boards("王建明")
    road.car("闽D演002 密接 7座 李师傅 14400000112 10:40")
    he.picks(车辆="闽D演002 已派车 密接车")
    assert "已撤回 闽D演002" in he.taps("撤回车辆")
    assert "已派车：闽D演003" in road.car("闽D演003 密接 7座 李师傅 14400000113 10:50")
    assert (road.states(), [state for _, state in road.cars()]) == (["boarding"], ["assigned", "withdrawn", "assigned"])


def test_an_order_can_be_returned_with_a_reason_and_written_anew(road: Road, li: Hand, he: Hand) -> None:
    road.family(2)
    road.sent()
    assert "请回复原因" in he.taps("退回")
    assert "没有写明原因，通知没有退回" in he.says("。")
    assert "已退回 前埔南社区 第1单" in he.says("今日车辆已满")
    assert road.states() == ["returned"]
    assert set(road.contacts().values()) == {"awaiting_transport"}
    assert "原因：今日车辆已满" in li.hears()
    li.taps("重新填写")
    assert "接车时间" in li.submits(), "people and address are those of the notice that came back"
    li.taps("1小时后")
    li.taps("确认通知")
    assert (road.states(), road.last().address) == (["returned", "sent"], "前埔南小区北门")


def test_once_somebody_is_aboard_it_is_ended_instead_of_returned(road: Road, li: Hand, he: Hand) -> None:
    road.family(2)
    road.with_car()
    he.taps("退回")
    road.boards("王建明")
    assert "上车中，不能退回。没有改动" in he.says("今日车辆已满")
    assert "不能退回" in he.presses_old("退回")
    assert "尚未中止" in he.taps("中止")
    he.says("车辆故障")
    assert "2 人可重新列入通知" in he.taps("确认中止")
    assert (road.states(), road.cars()) == (["aborted"], [("闽D演001", "withdrawn")])
    assert set(road.contacts().values()) == {"awaiting_transport"}
    assert he.live("派车") == []
    assert "何调度" in he.presses_old("派车")
    assert "已由何调度中止：车辆故障" in li.hears()
    assert li.live("查看详情") == [], "no card looks as if it went on"


def test_returning_can_be_thought_better_of(road: Road, he: Hand) -> None:
    road.family(1)
    road.sent()
    he.taps("退回")
    assert "没有保存，前埔南社区 第1单 仍待办理" in he.says("返回")
    assert "已接单" in he.taps("接单")
    he.taps("派车")
    assert "没有保存" in he.says("取消")
    he.taps("退回")
    he.says("今日车辆已满")
    assert road.states() == ["returned"]


def test_the_first_of_the_group_has_it_and_a_colleague_may_take_over(road: Road, he: Hand, ye: Hand) -> None:
    road.family(1)
    road.sent()
    he.taps("接单")
    assert "已接单，这次没有改动" in ye.presses_old("接单")
    he.taps("派车")
    ye.taps("接手")
    assert "第1单 已由叶医生接手" in he.hears()
    assert "叶医生" in he.presses_old("派车")
    ye.taps("派车")
    ye.says(CAR)
    ye.taps("确认派车")
    assert road.states() == ["assigned"]


def test_why_says_what_is_lacking(road: Road, he: Hand) -> None:
    road.family(1)
    road.taken()
    assert "前埔南社区 第1单 已接单，由何调度办理，还缺：密接1座" in he.says("为什么")


def test_an_order_nobody_takes_climbs_the_ladder_and_stops_when_taken(road: Road, he: Hand) -> None:
    road.family(1)
    road.sent()
    assert road.waits() == ["dispatcher_accept"]
    he.taps("接单")
    assert road.waits() == []


def test_an_old_card_of_an_ended_order_says_how_it_ended(road: Road, li: Hand, he: Hand) -> None:
    road.family(1)
    road.taken()
    li.taps("取消转运通知")
    li.says("人员改由家属送达")
    said = he.presses_old("派车")
    assert "已取消，这次没有改动" in said
    assert "李芳" in said


def test_an_order_whose_dispatcher_has_left_is_the_leads_matter_or_a_colleagues(
    road: Road, street: Street, he: Hand, lin: Hand
) -> None:
    road.family(1)
    road.taken()
    without(street, "he.diaodu")
    assert "原由何调度办理，何调度已离开，现在没有转运调度员" in lin.hears()
    without(street, "he.diaodu", roles={"ye.yi": "cdc|dispatcher"})
    ye = street.phone("ye.yi")
    assert "何调度 已接单" in ye.hears()
    ye.taps("接手")
    road.car(by="ye.yi")
    assert road.states() == ["assigned"]
