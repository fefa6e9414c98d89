"""陪护申请 (DOMAIN §2.2.9): who needs care, why, who goes along; warnings; the CDC's word; the two stay together."""

import pytest

from bot.state import companionship
from bot.state.sealed import Keyring
from bot.state.unit import Tx
from tests.invariants import SECRET
from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.conftest import WANG
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

CARES = {"是否陪护": "是", "陪护谁": "王建明", "陪护原因": "无自理能力", "基础疾病": "无"}
MOTHER = lists.person("林秀英", "14400001002", 证件号码="350299195009180032", 备注="高血压")
WIFE = lists.person("陈丽华", "14400001003", 证件号码="350299199003070025")


def together(street: Street) -> dict[str, str]:
    """Who travels with whom, by name."""
    names = {person.id: name for name, person in books.people(street).items()}
    with street.core.store.read() as conn:
        tx = Tx(conn, Keyring([SECRET]), street.now(), "test")
        found = companionship.together(tx, list(names))
    return {names[one]: names[other] for one, other in found.items()}


@pytest.fixture
def household(street: Street, li: Hand) -> Street:
    """王建明, his wife and his mother are on the list; he has been fed back."""
    street.list_arrives(lists.csv(WANG, WIFE, MOTHER))
    li.feeds_back(6, "接通后拒绝说明住址", card="王*明")
    return street


def asks(li: Hand, ward: str = "王*明 密接", companion: str = "陈*华 密接", why: str = "半自理") -> str:
    """From the receipt, one form."""
    li.taps("陪护申请")
    li.picks(被陪护人=ward, 陪护原因=why, 陪护人=companion)
    return li.submits()


def test_a_request_is_one_form_and_the_cdc_agrees(household: Street, li: Hand, zheng: Hand, xu: Hand) -> None:
    assert "等疾控判定" in asks(li)
    card = zheng.hears()
    assert "陪护申请：陈*华" in card
    assert "原因 半自理" in card
    assert together(household) == {}, "not before the CDC has agreed"
    assert "已同意 陈*华 陪护 王*明" in zheng.taps("同意陪护")
    assert "疾控郑医生已同意 陈*华 陪护 王*明" in li.hears()
    assert family.cares(household) == [("agreed", "王建明", "陈丽华")]
    assert together(household) == {"陈丽华": "王建明"}
    assert "已同意陪护（郑医生" in xu.presses_old("不同意陪护")


def test_sixty_and_an_illness_are_warned_of_and_may_be_insisted_on(household: Street, li: Hand, zheng: Hand) -> None:
    assert "注意：陪护人60岁及以上、基础疾病：高血压" in asks(li, companion="林*英 密接")
    li.taps("重选")
    li.picks(被陪护人="王*明 密接", 陪护原因="半自理", 陪护人="林*英 密接")
    li.submits()
    assert "等疾控判定" in li.taps("仍要提交")
    assert "注意：陪护人60岁及以上" in zheng.hears()


def test_the_cdc_refuses_with_a_reason(household: Street, li: Hand, zheng: Hand) -> None:
    asks(li)
    zheng.taps("不同意陪护")
    assert "没有写明原因" in zheng.says("无")
    assert "请换人" in zheng.says("返回") or zheng.live("不同意陪护")
    zheng.taps("不同意陪护")
    zheng.says("年龄偏大，请换人")
    assert "没有同意 陈*华 陪护：年龄偏大，请换人" in li.hears()
    assert family.cares(household) == [("refused", "王建明", "陈丽华")]
    assert "等疾控判定" in asks(li, companion="陈*华 密接"), "another request may follow"


def test_the_submitter_withdraws_and_nobody_else(household: Street, li: Hand, zheng: Hand) -> None:
    asks(li)
    card, key = li.dealt("撤回")
    assert household.forges("wang.qiang", card, key).outcome == "refused"
    assert "已撤回" in li.taps("撤回")
    assert zheng.live("同意陪护") == []
    assert family.cares(household) == [("withdrawn", "王建明", "陈丽华")]


def test_wrong_pairs_are_refused(household: Street, li: Hand) -> None:
    assert "是同一位，没有提交" in asks(li, companion="王*明 密接")
    li.picks(被陪护人="王*明 密接", 陪护原因="半自理", 陪护人="陈*华 密接")
    li.submits()
    assert "已有陪护申请，没有提交" in asks(li, ward="林*英 密接")
    assert len(family.cares(household)) == 1


def test_it_can_be_left_and_begun_again(household: Street, li: Hand) -> None:
    li.taps("陪护申请")
    assert "没有提交，没有保存" in li.says("取消")
    assert "已过时，没有改动" in li.presses_old("提交", "陪护申请")
    assert "等疾控判定" in asks(li)


def test_where_nobody_else_is_known_the_companion_is_supplemented(listed: Street, li: Hand) -> None:
    li.feeds_back(6, "接通后拒绝说明住址")
    assert "没有别的在册人员" in li.taps("陪护申请")


# ── with a supplement ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_supplemented_companion_travels_in_the_class_of_the_one_cared_for(
    listed: Street, li: Hand, zheng: Hand
) -> None:
    family.submits(li, family.paste(姓名="陈小妹", 证件号="350299197006010037", 电话="14400001009", **CARES))
    assert "申请陪护 王*明（无自理能力）" in zheng.hears()
    zheng.taps("同意陪护")
    sister = books.people(listed)["陈小妹"]
    assert (sister.state, sister.category) == ("pending", "密接陪护")
    assert family.cares(listed) == [("agreed", "王建明", "陈小妹")]
    assert together(listed) == {"陈小妹": "王建明"}


def test_an_old_companion_is_warned_of_before_it_is_saved(listed: Street, li: Hand, zheng: Hand) -> None:
    li.says("补充")
    said = li.says(family.granny(**(CARES | {"基础疾病": "糖尿病"})))
    assert "注意：陪护人60岁及以上、基础疾病：糖尿病" in said
    li.taps("保存")
    assert "60岁及以上" in zheng.hears()


@pytest.mark.parametrize(("decision", "care"), [("判为密接", "agreed"), ("一般接触", "refused"), ("不纳入", "refused")])
def test_another_decision_settles_the_request_too(
    listed: Street, li: Hand, zheng: Hand, decision: str, care: str
) -> None:
    family.submits(li, family.granny(**CARES))
    zheng.taps(decision)
    assert family.cares(listed) == [(care, "王建明", "陈阿英")]


def test_nobody_may_go_along_with_somebody_undecided(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    baby = CARES | {"陪护谁": "王小宝", "陪护原因": "14岁及以下儿童"}
    family.submits(li, family.granny(**baby))
    assert "王*宝 还没有判定，请先判定" in zheng.taps("同意陪护", "陈*英")
    zheng.taps("判为密接", "补充待判定：王*宝")
    zheng.taps("同意陪护", "陈*英")
    assert together(listed) == {"陈阿英": "王小宝"}


def test_without_a_request_the_button_is_not_there_and_does_not_work(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    assert zheng.live("同意陪护") == []
    card, key = zheng.dealt("判为密接")
    assert listed.forges("zheng.yi", card, key.replace("close", "companion")).outcome == "refused", "never drawn"
    assert family.rows(listed)[0][0] == "undecided"


def test_a_correction_takes_the_request_back_where_it_says_so(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li, family.granny(**CARES))
    li.taps("更正")
    li.says("电话：14400001010")
    li.taps("保存")
    assert family.cares(listed) == [("requested", "王建明", "陈阿英")], "what was not changed stays"
    li.taps("更正")
    li.says("是否陪护：否")
    li.taps("保存")
    assert family.cares(listed) == [("withdrawn", "王建明", "陈阿英")]
    assert zheng.live("同意陪护") == []


def test_a_request_made_by_itself_is_settled_with_the_supplement_and_reminds_nobody(
    household: Street, li: Hand, zheng: Hand
) -> None:
    family.submits(li, family.granny())
    asks(li, companion="陈*英 待判定")
    li.taps("仍要提交")
    zheng.taps("判为密接", "补充待判定：陈*英")
    assert family.cares(household) == [("agreed", "王建明", "陈阿英")]
    assert "已同意陪护（郑医生" in zheng.taps("同意陪护", "陪护申请：陈*英")
    household.waits(hours=3)
    assert "补充判定" not in zheng.hears()


def test_a_request_whose_companion_the_cdcs_own_list_names_is_judged_by_itself(
    listed: Street, li: Hand, zheng: Hand
) -> None:
    family.submits(li, family.granny(**CARES))
    listed.list_arrives(lists.csv(lists.person("陈阿英", "14400001009", 证件号码=family.GRANNY)))
    assert "陪护申请：陈*英" in zheng.hears()
    listed.waits(minutes=61)
    assert "补充判定 1 项" in zheng.hears()
    zheng.taps("同意陪护", "陪护申请：陈*英")
    assert family.cares(listed) == [("agreed", "王建明", "陈阿英")]
