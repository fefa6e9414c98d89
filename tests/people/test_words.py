"""Words with a slip: taken where they only show something, asked about where they change something, never on names."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards import typos, words
from tests.people import hands
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

SLIPS = {
    "带核实": "待核实", "代核实": "待核实", "待合实": "待核实", "待核时": "待核实", "近度": "进度", "进渡": "进度",
    "汇抱": "汇报", "会报": "汇报", "帮组": "帮助", "帮住": "帮助", "补冲": "补充", "补充人圆": "补充人员",
    "取销": "取消", "反回": "返回", "测销": "撤销", "撤消": "撤销", "为神么": "为什么", "发放物品": "发放物品",
    "发放无品": "发放物品", "通知砖运": "通知转运", "带线下反馈": "待线下反馈", "接人上撤": "接人上车",
    "待办": "待核实", "菜单": "帮助", "HELP": "帮助", "退出": "取消", " 待 办 ": "待核实", "任務": "",
}  # fmt: skip
COURTESIES = (
    "谢谢",
    "好的",
    "我到了",
    "收到",
    "你好",
    "在吗",
    "辛苦了",
    "不用了",
    "可以的",
    "知道了",
    "没问题",
    "OK",
    "嗯",
    "！",
    "",
)
NAMES = (
    "范辉",
    "金度",
    "王建明",
    "林秀英",
    "陈丽华",
    "张伟",
    "刘芷媛",
    "欧阳雪",
    "吴双",
    "傅充",
    "惠宝",
    "郝回",
    "贺助",
    "付回",
    "管助",
    "何一帆",
    "戴贺实",
    "代合适",
    "李芳",
    "王强",
    "林书记",
)
ADDRESSES = (
    "前埔南小区3栋2单元501室",
    "何厝",
    "前埔北社区",
    "侨英街道孙厝社区",
    "金都花园",
    "湖光花园12号楼",
    "思明区",
    "补充路",
    "泉州",
    "莲前街道",
    "区疾控王医生 10:20",
    "本人已回泉州老家",
)
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = st.text(st.sampled_from("东南西北前后上下金银花园路街村社区里巷新城湖光埔厝"), min_size=1, max_size=8)
GIVEN = st.text(st.sampled_from("建明秀英丽华伟芷媛小燕国强雪大双一帆舟度回报消助充销实么"), min_size=1, max_size=2)
SURNAMES = st.sampled_from("王李张刘陈杨黄赵吴周徐孙范金贺汪付郝傅惠")


@pytest.mark.parametrize("said", SLIPS)
def test_a_slip_is_recognised(said: str) -> None:
    assert typos.meant(said) == SLIPS[said] or words.command(said) == SLIPS[said]


@pytest.mark.parametrize("said", [*COURTESIES, *NAMES, *ADDRESSES])
def test_courtesies_names_and_addresses_are_left_alone(said: str) -> None:
    assert typos.meant(said) == ""


@calm
@given(SURNAMES, GIVEN)
def test_no_name_is_taken_for_a_command(surname: str, given_name: str) -> None:
    assert typos.meant(surname + given_name) == ""


@calm
@given(PLACES)
def test_no_place_is_taken_for_a_command_that_changes_something(place: str) -> None:
    assert typos.meant(place) in {"", *typos.ONLY_SHOW}


@calm
@given(st.text(max_size=12))
def test_whatever_is_typed_means_a_command_or_nothing(said: str) -> None:
    assert typos.meant(said) in {"", *words.COMMANDS}


def test_every_other_name_is_that_of_a_command_and_of_no_command_itself() -> None:
    assert set(typos.ALIASES.values()) <= set(words.COMMANDS)
    assert not set(typos.ALIASES) & set(words.COMMANDS)
    assert not set(typos.ALIASES) & typos.NEVER


def test_the_heavy_libraries_wait_for_a_candidate() -> None:
    script = (
        "import sys; from cards import typos; typos.meant('谢谢'); typos.meant('本人已回泉州'); typos.meant('待办');"
        "print([name for name in ('pypinyin', 'rapidfuzz') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_slip_that_only_shows_is_answered_at_once(street: Street, lin: Hand) -> None:
    said = lin.says("近度")
    assert "按「进度」办理" in said
    assert "进度（截至" in said


def test_a_slip_that_changes_something_asks_first(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.feeds_back(5)
    said = li.says("测销")
    assert "是想发「撤销」吗" in said
    assert "没有改动" in said
    assert books.state(street) == "awaiting_offline"
    assert "已撤销" in li.says("是")
    assert books.state(street) == "pending"


def test_yes_means_nothing_later_or_twice(street: Street, wang: Hand) -> None:
    wang.says("上搬")
    street.waits(minutes=3)
    assert "没看懂" in wang.says("是")
    wang.says("上搬")
    assert "已上班" in wang.says("对")
    assert "没看懂" in wang.says("对")


def test_an_open_question_has_the_words_first(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.reviews(5, "代核实")
    assert "代核实" in li.find("代核实", "确认反馈").text(), "it is the remark, whatever it sounds like"


def test_everything_that_is_open_can_be_put_down(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.says("待核实")
    said = li.says("返回")
    assert "没有改动" in said
    assert "没有做到一半的事" in li.says("取消")


def test_why_says_with_whom_how_long_and_by_which_rule(street: Street, li: Hand) -> None:
    assert "没有做到一半的事" in li.says("为什么")
    street.list_arrives(lists.csv(lists.person()))
    hands.takes(street, "li.fang", "王建明")
    li.says("进度")
    li.says("取消")
    said = li.says("为什么")
    assert "核实反馈：由李芳办理，剩" in said
    assert "规则：" in said
    assert "手上共 1 项" in said


def test_help_speaks_of_everything_a_role_can_say(street: Street, li: Hand, lin: Hand, zheng: Hand) -> None:
    assert "进度、汇报" in li.says("帮助")
    assert "改派" in lin.says("帮助")
    assert "待分派" in zheng.says("帮助")
    assert "文字模式" in street.phone("su.husong").says("帮助")


def test_why_is_answered_wherever_somebody_is(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.says("待核实")
    assert "现在：请回复名单上的数字打开" in li.says("为什么")
    li.says("汇报")
    assert "现在：回复数字往下看" in li.says("为什么")
