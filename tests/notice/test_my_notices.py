"""我的通知 and 取消转运通知: the list, one notice, its roster; what a cancellation undoes and whom it tells."""

from tests.notice.road import Road
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

WHY = "人员改由家属送达"


def test_the_list_shows_every_notice_with_its_state(road: Road, li: Hand, wang: Hand, lin: Hand) -> None:
    assert "还没有转运通知" in li.says("我的通知")
    road.family(2)
    road.taken()
    for phone in (wang, lin):
        assert "1 前埔南社区 第1单 已接单 密接2 非密接0 10:30" in phone.says("我的通知")
    assert "名单只有 1–1 号" in wang.says("4")
    assert "前埔南社区 第1单：已接单" in wang.says("1")
    assert "何调度" in wang.says("为什么")
    assert "前埔南社区 第1单：已接单" in lin.taps("打开")


def test_the_roster_names_people_and_cars(road: Road, li: Hand) -> None:
    road.family(2, needs="wheelchair")
    road.with_car()
    said = li.taps("查看详情")
    assert "1 王*明 密接（轮椅） 未到" in said
    assert "未到 闽D演001" not in said, "a car without a lift"
    road.car("闽D演003 密接 轮椅 20座 李师傅 14400000113 10:40")
    said = li.taps("查看详情")
    assert "1 王*明 密接（轮椅） 未到 闽D演003" in said
    assert "闽D演001 密接车 可坐22人 10:30 已派车 张师傅14400000111" in said


def test_a_cancelled_notice_frees_people_and_cars_and_everybody_is_told(
    road: Road, li: Hand, wang: Hand, he: Hand, su: Hand
) -> None:
    road.family(2)
    road.with_car()
    for phone in (wang, he, su):
        phone.hears()
    assert "请回复原因" in li.taps("取消转运通知")
    assert "没有写明原因，通知没有取消" in li.says("无")
    assert "已取消 前埔南社区 第1单，2 人回到待转运" in li.says(WHY)
    assert (road.states(), road.cars()) == (["cancelled"], [("闽D演001", "withdrawn")])
    assert set(road.contacts().values()) == {"awaiting_transport"}
    assert set(road.riders().values()) == {"dropped"}
    heard = he.hears()
    assert f"已由社区李芳取消：{WHY}" in heard
    assert "请通知 闽D演001 返回" in heard
    for phone in (wang, su):
        assert f"前埔南社区 第1单 已由李芳取消：{WHY}" in phone.hears()
    assert he.live("派车") == []
    assert "社区已取消" in str([entry.text() for entry in he.street.sandbox.chat(he.userid)])
    assert "可转运 2 人" in li.says("通知转运")


def test_a_second_cancellation_says_who_was_first(road: Road, street: Street, li: Hand, wang: Hand) -> None:
    road.family(1)
    road.sent()
    wang.says("我的通知")
    wang.says("1")
    wang.taps("取消转运通知")
    li.taps("取消转运通知")
    li.says(WHY)
    before = books.deeds(street)
    assert "已取消（李芳" in wang.says("车来不了")
    assert "不能取消。没有改动" in wang.presses_old("取消转运通知")
    assert (road.states(), books.deeds(street)) == (["cancelled"], before)


def test_it_can_be_kept_after_all(road: Road, li: Hand) -> None:
    road.family(1)
    road.sent()
    li.taps("取消转运通知")
    assert "没有取消，前埔南社区 第1单 仍然有效" in li.says("返回")
    assert "没有保存" in li.says(WHY), "words after it belong to nothing"
    assert road.states() == ["sent"]


def test_a_foreign_notice_cannot_be_seen_or_cancelled(road: Road, street: Street, li: Hand, chen: Hand) -> None:
    road.family(1)
    road.sent()
    own, key = li.dealt("取消转运通知")
    assert street.forges("chen.jing", own, key).outcome == "refused"
    road.moves("li.fang", "350203010023", "/3502/350203/350203010/350203010023/")
    assert "没有办理这条记录的权限" in li.taps("取消转运通知")
    assert road.states() == ["sent"]


def test_once_somebody_is_aboard_it_cannot_be_cancelled(road: Road, li: Hand) -> None:
    road.family(2)
    road.with_car()
    li.taps("取消转运通知")
    road.boards("王建明")
    assert "已有人上车，不能取消。没有改动" in li.says(WHY)
    assert "已有人上车" in li.presses_old("取消转运通知")
    assert "第1单：上车中" in li.find("上车中", "中止").text()
    assert (road.states(), road.contacts()["王建明"]) == (["boarding"], "aboard")


def test_an_old_card_answers_with_what_is_true_now(road: Road, li: Hand) -> None:
    road.family(2)
    road.sent()
    li.hears()
    old = li.find("第1单：待接单", "查看详情").msgid
    road.street.phone("he.diaodu").taps("接单")
    said = li.taps("查看详情")
    assert "前埔南社区 第1单：已接单，2 人" in said
    assert "前埔南社区 第1单：已接单\n" in said, "the card of this moment"
    assert li.find("第1单：已接单", "查看详情").msgid != old
    assert "第1单：待接单" not in str([one.text() for one in li.live("查看详情")])
    assert li.taps("查看详情").count("已接单") == 1, "a card that is true stays"


def test_a_long_roster_comes_in_parts_and_names_everybody(road: Road, li: Hand) -> None:
    road.crowd(30)
    li.says("通知转运")
    li.taps("新增")
    li.submits()
    li.submits()
    li.says("前埔南小区北门")
    li.says("10:30")
    li.taps("确认通知")
    said = li.taps("查看详情")
    assert "前埔南社区 第1单：待接单，30 人" in said
    assert all(f"{number} 演*" in said for number in range(1, 31))
