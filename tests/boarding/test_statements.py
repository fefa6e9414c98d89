"""What a tap costs the database from the bus stop to the hotel's desk: every handler is met, and each keeps to it."""

from bot.flows import abort, arrivals, boarding, hotel, pickup
from tests.boarding.stop import Stop, Wearer
from tests.boarding.test_hotel import driven
from tests.verification.hand import Hand
from tests.verification.test_statements import Handler, metered, name_of

MOST = 15
WITH_TALLY = 17  # every few seconds one scan also promises the tally and remembers that it did
FLOWS = (boarding, pickup, hotel, arrivals, abort)
MORE: dict[Handler, int] = {
    ("boarding", "scan", "scanned"): WITH_TALLY,
    ("boarding", "text", "reason"): WITH_TALLY,
    ("boarding", "aside", "undo"): WITH_TALLY,
    ("pickup", "tap", "go"): 27 + 4 * 2 + 2,  # a hand-over is born: 4 for each who leaves, 1 for each who stays behind
    ("hotel", "tap", "true"): 18 + 4,  # 4 for each who is missing
    ("hotel", "tap", "all_of_them"): 16 + 4 * 2,  # 4 for each who has come
    ("hotel", "text", "typed"): 14 + 4,
    ("hotel", "scan", "scanned"): 14 + 4,
    ("abort", "tap", "confirm"): 15 + 3 + 2 + 1,  # 3 for each aboard, 2 for each who is not, 1 for each car
}
"""Those that promise the tally, and those that move many people at once: what the deed costs, and what each of them."""
ELSEWHERE = {
    ("hotel", "start", "lost"),  # a system that is down: tests/boarding/test_hotel
    ("hotel", "tap", "resend"),
    ("hotel", "start", "resend_by_command"),
    ("pickup", "start", "redraw"),  # somebody falls off the list: tests/notice/test_fallen_away
}


def test_a_scan_takes_at_most_fifteen(stop: Stop, su: Hand) -> None:
    people = stop.people(12)
    stop.vehicle(stop.notice(people))
    stop.opens()
    with metered(stop.street) as spent:
        for who in people:
            stop.scans("su.husong", who.code)
            stop.street.clock.at -= stop.street.gesture  # as quickly as an escort scans
        stop.scans("su.husong", people[0].code)
    counts = spent["boarding", "scan", "scanned"]
    assert len(counts) == 13
    assert max(counts) <= WITH_TALLY
    assert sorted(counts)[len(counts) // 2] <= MOST, counts


def test_each_more_of_the_people_costs_the_same(stop: Stop, su: Hand, qian: Hand) -> None:
    people = stop.people(6)
    stop.vehicle(stop.notice(people))
    stop.street.waits(minutes=40)
    stop.opens()
    with metered(stop.street) as spent:
        su.says("\n".join(f"{who.short} 09:20" for who in people))
        stop.street.waits(seconds=10)
        su.taps("完成接人")
        su.says("6")
        su.taps("确认发车")
        qian.taps("确认接收")
    assert max(spent["boarding", "text", "typed"]) <= WITH_TALLY + 5 * 5
    assert max(spent["pickup", "tap", "go"]) <= 27 + 6 * 4
    assert max(spent["hotel", "tap", "all_of_them"]) <= 16 + 6 * 4


def test_every_handler_keeps_to_its_statements(stop: Stop, su: Hand, zhou: Hand, qian: Hand) -> None:
    with metered(stop.street) as spent:
        a_day(stop, su, zhou, qian)
    known = {name_of(one.flow, rule) for one in FLOWS for rule in one.flow.rules}
    dear = {one: max(counts) for one, counts in spent.items() if one in known and max(counts) > MORE.get(one, MOST)}
    assert dear == {}
    assert known - set(spent) == ELSEWHERE


def a_day(stop: Stop, su: Hand, zhou: Hand, qian: Hand) -> None:
    """A day on which every handler of these conversations is needed."""
    su.says("接人上车")
    qian.says("待接收")
    people = stop.people(4)
    stop.vehicle(stop.notice(people))
    stop.scans("su.husong", people[0].code)
    su.says("你好")
    stop.opens()
    su.presses_old("扫码上车")
    su.says("取消")
    stop.opens("zhou.husong", "闽D·演001")
    stop.opens(plate="闽D·演001")
    at_the_door(stop, people, su)
    leaves(stop, su, zhou)
    at_the_desk(stop, people, su, qian)
    another_bus(stop, su, qian)
    ended_early(stop, su)


def at_the_door(stop: Stop, people: list[Wearer], su: Hand) -> None:
    """Scans, one person at a time, and ways back."""
    stop.scans("su.husong", people[0].code)
    su.says("撤销")
    su.says("为什么")
    su.says("返回")
    su.says("名单")
    su.says(people[0].short)
    stop.street.waits(seconds=10)
    su.picks(未到人员=people[1].shown)
    su.taps("单独办理")
    su.taps("未到")
    su.says("2")
    su.taps("无码上车")
    su.says("卡片丢失，已核对证件")
    for number, deed in (("3", "拒绝"), ("4", "改120")):
        su.says(number)
        su.taps(deed)
    su.presses_old("查看详情")
    stop.street.waits(seconds=10)


def leaves(stop: Stop, su: Hand, zhou: Hand) -> None:
    """完成接人, counted wrongly, agreed to by nobody and by somebody."""
    su.taps("完成接人")
    su.says("返回")
    stop.street.waits(seconds=10)
    su.taps("完成接人")
    su.says("为什么")
    su.says("3")
    su.taps("重新清点")
    su.says("3")
    su.taps("人数不符仍发车")
    su.says("家属抱着一名婴儿")
    zhou.taps("不同意")
    su.says("3")
    su.taps("继续上车")
    stop.street.waits(seconds=10)
    su.taps("完成接人")
    su.says("3")
    su.taps("人数不符仍发车")
    su.says("家属抱着一名婴儿")
    zhou.taps("同意发车")
    su.taps("确认发车")
    su.presses_old("确认发车")


def at_the_desk(stop: Stop, people: list[Wearer], su: Hand, qian: Hand) -> None:
    """待接收, a fault, rooms, received."""
    qian.says("待接收")
    qian.taps("打开")
    qian.says("待接收")
    qian.says("1")
    qian.presses_old("打开")
    qian.taps("逐人确认")
    qian.says("返回")
    qian.taps("逐人确认")
    stop.scans("jiudian.qian", people[0].code)
    qian.taps("接收异常")
    qian.submits()
    qian.says("只下来一位")
    su.taps("请再核对")
    qian.says("为什么")
    qian.taps("接收异常")
    qian.submits()
    qian.says("只下来一位")
    su.taps("情况属实")
    qian.presses_old("确认接收")
    qian.says("1 302")


def another_bus(stop: Stop, su: Hand, qian: Hand) -> None:
    """Two more, received by number and as a whole; the digest's way to the list."""
    driven(stop, su, 2)
    stop.street.waits(minutes=61)
    qian.taps("待接收")
    qian.taps("打开")
    qian.taps("逐人确认")
    qian.says("为什么")
    qian.says("2 303")
    qian.taps("确认接收")
    driven(stop, su, 2)
    qian.taps("确认接收")
    qian.says("1 304")
    qian.says("待接收")
    qian.presses_old("打开")


def ended_early(stop: Stop, su: Hand) -> None:
    """Another bus, on which one sits when it is ended early."""
    people, li = stop.people(2), stop.street.phone("li.fang")
    stop.vehicle(stop.notice(people), "闽D·演009")
    stop.opens(plate="闽D·演009")
    stop.scans("su.husong", people[0].code)
    li.says("我的通知")
    li.says("1")
    li.taps("中止")
    li.says("返回")
    li.taps("中止")
    li.says("为什么")
    li.says("车辆故障")
    li.says("2 拒绝")
    li.taps("确认中止")
    li.presses_old("确认中止")
