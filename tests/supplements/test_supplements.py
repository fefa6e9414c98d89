"""补充人员: the list with its states, its filters, one in detail; each sees their own jurisdiction alone."""

import pytest

from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.conftest import WANG
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def two(listed: Street, li: Hand, zheng: Hand) -> Street:
    """The baby was decided, the grandmother waits."""
    family.submits(li)
    zheng.taps("判为密接")
    family.submits(li, family.granny())
    return listed


def test_the_list_shows_state_place_and_masked_names(two: Street, li: Hand) -> None:
    said = li.says("补充人员")
    assert "补充人员 2 人" in said
    assert "1 陈*英 待判定 前埔南社区 前埔南小区**" in said, "what waits comes first"
    assert "2 王*宝 判为密接" in said
    assert "陈阿英" not in said


@pytest.mark.parametrize(
    ("what", "there", "not_there"),
    [("待判定", "陈*英", "王*宝"), ("已判定", "王*宝", "陈*英"), ("前埔南小区", "王*宝", "林*")],
)
def test_it_can_be_filtered(two: Street, li: Hand, what: str, there: str, not_there: str) -> None:
    li.says("补充人员")
    said = li.says(what)
    assert there in said
    assert not_there not in said


def test_an_empty_filter_and_an_empty_list_say_what_to_do(street: Street, li: Hand) -> None:
    assert "还没有补充人员" in li.says("补充人员")
    street.list_arrives(lists.csv(WANG))
    family.submits(li)
    li.says("补充人员")
    assert "没有符合「退回补充」的补充人员" in li.says("退回补充")


def test_one_opens_by_number_and_by_tap_with_what_its_submitter_may_do(two: Street, li: Hand, wang: Hand) -> None:
    li.says("补充人员")
    assert "本页只有 1–2 号" in li.says("9")
    said = li.says("1")
    assert "陈*英 待判定" in said
    assert "关联人 王*明 祖辈" in said
    assert li.live("更正")
    assert "补充人员 2 人" in li.taps("返回名单")
    li.picks(选择人员="2 王*宝 判为密接")
    said = li.taps("打开")
    assert "郑医生" in said
    assert "更正" not in said, "decided: nothing to correct"
    wang.says("补充人员")
    assert "更正" not in wang.says("1"), "a colleague looks"


def test_from_the_list_it_is_corrected_and_withdrawn(two: Street, li: Hand) -> None:
    li.says("补充人员")
    li.says("1")
    li.taps("更正", "陈*英")
    li.says("关系：外婆")
    assert "已更正" in li.taps("保存")
    li.says("补充人员")
    assert "外婆" in li.says("1")
    assert "补充已撤回" in li.taps("撤回", "外婆")
    assert "陈*英 已撤回" in li.says("补充人员")


def test_the_cdc_opens_its_decision_from_the_list(two: Street, zheng: Hand) -> None:
    zheng.taps("退回补充")
    zheng.says("取消")
    zheng.says("补充人员")
    assert "补充待判定：陈*英" in zheng.says("1")
    zheng.taps("不纳入")
    zheng.says("补充人员")
    assert "不纳入" in zheng.says("2") + zheng.says("1")


def test_each_sees_their_own_jurisdiction_alone(two: Street, chen: Hand, lin: Hand) -> None:
    assert "还没有补充人员" in chen.says("补充人员")
    assert "补充人员 2 人" in lin.says("补充人员"), "the street's lead sees what lies under it"
    assert "还没有补充人员" in two.phone("hong.yi").says("补充人员"), "the CDC of another district"
    assert "没有办理" in two.phone("su.husong").says("补充人员")


def test_an_older_list_is_answered_kindly(two: Street, li: Hand) -> None:
    li.says("补充人员")
    li.says("补充人员")
    li.says("待判定")
    assert "名单已过时" in li.presses_old("打开", "判为密接")


def test_a_long_list_has_pages(listed: Street, li: Hand) -> None:
    for n, name in enumerate(lists.NAMES[1:11]):
        family.submits(li, family.paste(姓名=name, 证件类型="护照", 证件号=f"E123456{n}", 电话=f"144000012{n:02}"))
    said = li.says("补充人员")
    assert "补充人员 10 人" in said
    assert "9 " not in said.splitlines()[-1]
    assert "1 " in li.says("下页")
    assert "本页只有 1–2 号" in li.says("5")
