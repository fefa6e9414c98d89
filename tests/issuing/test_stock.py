"""库存: what comes, goes and is counted at a point; low stock tells the lead; the directory opens it once."""

from bot import intake
from bot.demo import people
from tests.issuing.counter import Counter, Worker


def test_what_comes_goes_and_is_counted_is_written_down(counter: Counter, li: Worker) -> None:
    counter.stocks()
    assert "还没有登记库存" in li.says("库存")
    assert "N95口罩 +50，现有 50 件" in li.says("N95口罩 +50")
    assert "N95口罩 -3，现有 47 件" in li.says("N95口罩 －3")
    assert "账面差 -2" in li.says("N95口罩 = 45")
    assert "与账面一致" in li.says("N95口罩=45")
    assert "现有只有 45 件，没有登记" in li.says("N95口罩 -46")
    assert "物资清单里没有「苹果」" in li.says("苹果 +3")
    assert "没看懂，没有登记" in li.says("多少")
    assert "N95口罩 45 件" in li.says("库存")
    assert counter.on_hand() == {"N95口罩": 45}
    li.says("取消")
    assert "没看懂这句话" in li.says("N95口罩 +1")


def test_a_lead_sees_the_points_below(counter: Counter, li: Worker, lin: Worker, chen: Worker) -> None:
    counter.stocks()
    assert "没有登记库存的社区" in lin.says("库存")
    li.says("库存")
    li.says("宣传单 +9")
    assert "前埔南社区 库存\n宣传单 9 件（偏低）" in lin.says("库存")
    assert "还没有登记" in chen.says("库存"), "not the neighbour"


def test_low_stock_tells_the_lead_once(counter: Counter, li: Worker, lin: Worker) -> None:
    counter.ready(3)
    counter.stocks(**{"RFID手环": 4})  # told below 3
    li.waits_for_code()
    heard = []
    for short in counter.prints(3):
        li.scans(counter.payload(short))
        heard.append("前埔南社区 RFID手环 只剩" in lin.hears())
    assert heard == [False, True, False]


def test_the_directory_opens_a_stock_and_never_sets_it_back(counter: Counter, li: Worker) -> None:
    before = counter.on_hand()
    assert before
    li.says("库存")
    li.says("N95口罩 -1")
    intake.directory(counter.core, people.FOLDER)
    assert counter.on_hand() == before | {"N95口罩": before["N95口罩"] - 1}
