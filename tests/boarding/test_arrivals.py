"""待接收: the hotel's list of what is on its way, opened by number or tap; empty, and for one's own hotel alone."""

from tests.boarding.stop import Stop
from tests.boarding.test_hotel import driven
from tests.verification.hand import Hand


def test_the_desk_lists_what_is_on_its_way_and_opens_it(stop: Stop, su: Hand, qian: Hand) -> None:
    assert "没有待接收的名单" in qian.says("待接收")
    driven(stop, su, 2)
    driven(stop, su, 1)
    said = qian.says("待接收")
    assert "待接收 2 张名单，在途 3 人" in said
    assert "1 前埔南社区 第1单 闽D·演001" in said
    assert "待接收，未到 2/2 人" in said
    assert "名单只有 1–2 号" in qian.says("9")
    assert "在途 2 人，已入住 0 人" in qian.says("1")
    assert "全部 2 人" in qian.taps("确认接收", "第1单")
    assert "待接收 1 张名单，在途 1 人" in qian.says("待接收")
    assert "在途 1 人" in qian.taps("打开")
    assert "已过时" in qian.presses_old("打开", "2 张名单")
    qian.taps("确认接收", "第2单")
    assert "没有待接收的名单" in qian.says("待接收")


def test_a_reminder_leads_to_the_list_and_other_hotels_see_nothing(stop: Stop, su: Hand, qian: Hand) -> None:
    driven(stop, su, 1)
    stop.street.waits(minutes=61)
    assert "酒店接收" in qian.hears()
    assert "在途 1 人" in qian.taps("打开最急一项")
    assert "待接收 1 张名单" in qian.taps("待接收")
    stop.stays("jiudian.qian", "LD02")
    assert "没有办理这条记录的权限" in qian.says("1")
    assert "没有待接收的名单" in qian.says("待接收")
    assert "没有" in su.says("待接收")
