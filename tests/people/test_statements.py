"""What words and hand-overs cost the database: none takes more than 15 statements, however much moves at once."""

from bot import handing
from bot.flow import Flow
from bot.flows import display, progress, reassign, relay, roster, shift
from bot.flows import help as helping
from bot.turn import Event, Kind
from tests.people import hands
from tests.people.test_handing import owes
from tests.people.test_relay import without
from tests.people.test_roster import MONDAY, rostered
from tests.scenarios import lists
from tests.verification.street import Street
from tests.verification.test_statements import dear, metered, name_of

FLOWS: tuple[Flow, ...] = (
    display.flow, helping.flow, progress.flow, reassign.flow, relay.flow, roster.flow, shift.flow,
)  # fmt: skip
NO_BUTTONS = {(name, "late", "late") for name in ("display", "help", "progress", "roster")}
"""What answers a button of a flow that draws none."""


def looks_round(street: Street) -> None:
    """Figures, explanations, words nobody understands, text for cards."""
    li, lin = street.phone("li.fang"), street.phone("lin.shuji")
    street.arrives(Event("evt:enter", Kind.ENTER, street.now(), "li.fang"))
    for word in ("帮助", "进度", "1", "1", "下页", "返回", "取消", "汇报", "为什么", "返回", "取消", "撤销", "上搬"):
        li.says(word)
    for word in ("进度", "1", "1", "1", "汇报", "1"):
        lin.says(word)
    li.says("文字模式")
    li.says("待核实")
    li.says("1")
    li.says("1")
    li.says("1")
    li.says("卡片模式")
    li.says("取消")


def changes_hands(street: Street) -> None:
    """Two leave to each other, the lead moves things about, and nobody acknowledges in time."""
    li, wang, lin = (street.phone(one) for one in ("li.fang", "wang.qiang", "lin.shuji"))
    wang.says("下班")
    wang.says("上班")
    for leaving in ("取消", "返回"):
        li.says("交接给王强")
        li.says(leaving)
    li.says("交接给王强")
    li.taps("取消")
    li.says("交接给王强")
    li.taps("确认交接")
    wang.taps("确认接班")
    wang.presses_old("确认接班")
    li.presses_old("确认交接")
    for leaving in ("取消", "返回"):
        lin.says("改派")
        lin.says(leaving)
    lin.taps("取消")
    lin.says("改派")
    lin.says("1")
    lin.says("1")
    lin.taps("取消")
    lin.says("改派")
    lin.taps("下一步")
    lin.taps("下一步")
    lin.taps("确认改派")
    lin.presses_old("确认改派")
    street.waits(minutes=16)
    street.waits(minutes=15)
    street.waits(minutes=91)


def comes_and_goes(street: Street) -> None:
    """By roster, by time, by word and by directory."""
    li, lin = street.phone("li.fang"), street.phone("lin.shuji")
    rostered(street, f"li.fang,{MONDAY} 08:00,{MONDAY} 13:00", f"wang.qiang,{MONDAY} 08:00,{MONDAY} 13:00")
    street.waits(hours=2)
    lin.taps("改派", "无人在岗")
    li.says("上班")
    street.waits(hours=13)
    without(street, "li.fang")


def test_every_handler_keeps_to_its_statements(street: Street) -> None:
    street.list_arrives(lists.csv(*lists.people(11)))
    owes(street)
    hands.takes(street, "li.fang", "陈丽华", "刘芷媛", "黄小燕", "郑国强")
    with metered(street) as spent:
        looks_round(street)
        changes_hands(street)
        comes_and_goes(street)
    known = {name_of(flow, rule) for flow in FLOWS for rule in flow.rules}
    assert known - set(spent) == NO_BUTTONS
    assert {(name, "start", "reassigned") for name in handing.SCENARIOS.values()} <= set(spent)
    assert dear(spent) == {}
