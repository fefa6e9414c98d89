"""What a scan costs the database: every handler at the counter is met, and the scan keeps to its budget."""

from bot.flows import issuance as scenario
from tests.issuing.counter import Counter, Worker
from tests.verification.test_statements import metered, name_of

MOST = 15
MORE = {
    ("issuance", "text", "typed_anew"): 16,  # two issuances, two bands, stock
    ("issuance", "scan", "scanned_anew"): 25,  # 对调: ten for each of the two, who are exchanged together or not at all
}
NOT_MET = {
    *("scanned_too_early", "undo_from_elsewhere", "late", "next_page", "more", "from_menu", "ask", "said", "scanned"),
    *("ask_code", "undo"),
}
"""Told elsewhere, and no dearer than those that are met: the same work from another door."""


def test_every_handler_at_the_counter_keeps_to_its_statements(counter: Counter, li: Worker) -> None:
    counter.ready(4)
    codes = counter.prints(9)
    with metered(counter) as spent:
        li.scans(counter.payload(codes[0]))
        li.says("转运准备")
        li.taps("密接转运")
        li.taps("点名")
        li.says("1 2")
        li.taps("到")
        li.taps("未到")
        li.taps("本页全到")
        li.says("发放物品")
        li.says("1")
        li.taps("查看详情")
        li.taps("到")
        li.taps("未到")
        li.says("3栋501")
        li.says("2")
        li.scans(counter.payload(codes[0]))
        li.says(codes[1])
        li.says("为什么")
        li.taps("撤销")
        li.taps("发放物资并扫码绑定")
        li.scans(counter.payload(codes[1]))
        li.scans(counter.payload(codes[2]))
        li.picks(选择人员=li.option("林*英"))
        li.taps("更换")
        li.taps("丢失")
        li.says(codes[3])
        li.picks(选择人员=li.option("林*英"))
        li.taps("更换")
        li.taps("对调")
        li.taps("选定")
        li.scans(counter.payload(codes[4]))
        li.scans(counter.payload(codes[5]))
        li.says("返回")
        li.says("取消")
    dear = {handler: max(counts) for handler, counts in spent.items() if max(counts) > MORE.get(handler, MOST)}
    assert dear == {}
    unmet = {name_of(scenario.flow, rule)[2] for rule in scenario.flow.rules} - {name for _, _, name in spent}
    assert unmet <= NOT_MET, "a handler that nobody has met has not been counted"
