"""What a tap costs the database on the way of a notice: every handler is met, and each keeps to its statements."""

from bot.flows import dispatch, my_notices, notice
from tests.notice.road import CAR, Road
from tests.state.test_plans import explained, whole
from tests.verification.hand import Hand
from tests.verification.street import Street
from tests.verification.test_statements import Handler, metered, name_of

MOST = 15
EACH_PERSON = 2  # the place and the contact
MORE: dict[Handler, int] = {
    ("notice", "tap", "confirm"): MOST + EACH_PERSON,
    ("my_notices", "text", "reason"): MOST + EACH_PERSON,
    ("dispatch", "text", "reason"): MOST + EACH_PERSON,
}
"""Those that move many people at once, met here with one of them."""
ELSEWHERE = {
    ("notice", "text", "why_counts"),
    ("dispatch", "start", "aborted"),
    ("dispatch", "start", "dropped"),
    ("dispatch", "start", "abandoned"),
    ("dispatch", "start", "emptied"),
    ("dispatch", "start", "needs"),
    ("dispatch", "start", "departed"),
}


def test_every_handler_keeps_to_its_statements(road: Road, street: Street, li: Hand, he: Hand, ye: Hand) -> None:
    with metered(street) as spent:
        a_day(road, li, he, ye)
    dear = {one: max(counts) for one, counts in spent.items() if max(counts) > MORE.get(one, MOST)}
    known = {name_of(one.flow, rule) for one in (notice, my_notices, dispatch) for rule in one.flow.rules}
    assert known - set(spent) == ELSEWHERE
    assert {one: count for one, count in dear.items() if one in known} == {}


def test_no_question_on_the_way_reads_a_whole_table(road: Road, street: Street, li: Hand, he: Hand, ye: Hand) -> None:
    with explained(street.core.store) as found:
        a_day(road, li, he, ye)
    assert whole(found) == {}


def test_each_more_of_the_people_costs_the_same(road: Road, street: Street, li: Hand) -> None:
    road.family(6)
    road.draft()
    with metered(street) as spent:
        li.taps("确认通知")
        li.taps("取消转运通知")
        li.says("人员改由家属送达")
    for handler in (("notice", "tap", "confirm"), ("my_notices", "text", "reason")):
        assert max(spent[handler]) <= MORE[handler] + 5 * EACH_PERSON


def a_day(road: Road, li: Hand, he: Hand, ye: Hand) -> None:
    """A day on which every handler of the three conversations is needed."""
    road.family(1)
    li.says("通知转运")
    li.taps("新增")
    li.says("1")
    li.submits()
    li.submits()
    li.says("前埔南小区北门")
    li.says("返回")
    li.says("为什么")
    li.says("前埔南小区北门")
    li.says("10:30")
    li.taps("改人数")
    li.says("返回")
    li.says("通知转运")
    li.taps("继续填写")
    li.taps("确认通知")
    li.presses_old("确认通知")
    li.says("我的通知")
    li.taps("打开")
    li.says("1")
    li.taps("查看详情")
    li.says("为什么")
    li.taps("取消转运通知")
    li.says("返回")
    li.presses_old("打开")
    he.taps("接单")
    he.says("好的")
    he.taps("派车")
    he.says("取消")
    he.taps("派车")
    he.says(CAR)
    he.says("密接")
    he.taps("确认派车")
    he.taps("车已到")
    he.taps("撤回车辆")
    he.says("为什么")
    ye.presses_old("接单")
    ye.taps("接手")
    ye.taps("派车")
    ye.says("返回")
    ye.taps("退回")
    ye.says("今日车辆已满")
    another_round(road, li, ye)


def another_round(road: Road, li: Hand, ye: Hand) -> None:
    """The returned one is written anew, by somebody who serves the whole street; it is cancelled; one more falls."""
    road.moves("li.fang", "350203010", "/3502/350203/350203010/")
    road.family(1, first=1, area="350203010023")
    li.taps("重新填写")
    li.says("取消")
    li.says("通知转运")
    li.taps("我的通知")
    li.taps("新增")
    li.picks(社区="前埔南社区")
    li.submits()
    li.submits()
    li.taps("用地址1")
    li.taps("尽快")
    li.taps("改人数")
    li.says("0 0")
    li.says("1 0")
    li.taps("确认通知")
    li.taps("取消转运通知")
    li.says("人员改由家属送达")
    ye.presses_old("接单")
