"""线下反馈 (DOMAIN §2.3): a ready text, channel, whom and when; it ends by that record alone; 已收到; the list."""

import pytest

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def owing(street: Street, li: Hand) -> Hand:
    """李芳 owes the CDC a call about 王建明, result 5."""
    street.list_arrives(lists.csv(lists.person()))
    li.feeds_back(5, "本人已回泉州老家")
    return li


def told(owing: Hand, channel: str = "电话", whom: str = "区疾控郑医生 09:00") -> str:
    """She tells them, and records it."""
    owing.taps("已线下反馈")
    owing.picks(反馈方式=channel)
    owing.submits()
    return owing.says(whom)


def test_every_channel_is_recorded(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(3)))
    for channel, name in {"电话": "王*明", "短信": "林*英", "其他": "陈*华"}.items():
        li.feeds_back(6, "拒绝说明住址", card=name)
        assert f"09:00，{channel}告知区疾控郑医生" in told(li, channel)


def test_the_record_ends_it_and_the_cdc_ticks_it_off(street: Street, owing: Hand, zheng: Hand, xu: Hand) -> None:
    zheng.taps("接收")
    assert "已办结" in told(owing)
    assert (books.state(street), books.duties(street)) == ("offline_done", ["done"])
    card = zheng.hears()
    assert "线下反馈：王*明" in card
    assert "电话告知" in card
    assert "已确认收到 王*明 的线下反馈" in zheng.taps("已收到")
    assert "疾控郑医生已收到 王*明 的线下反馈" in owing.hears()
    assert "已确认收到，这次没有改动" in xu.presses_old("已收到")


def test_the_ready_text_can_be_read_out_and_holds_nothing_personal(street: Street, owing: Hand) -> None:
    card = str(owing.dealt("已线下反馈")[0].card)
    assert "可照念：前埔南社区报告：密接王*明，不在本辖区，且不在本市。本人已回泉州老家" in card
    for secret in ("王建明", "14400001001", "501室"):  # with its 室: three figures alone stand in many an id
        assert secret not in card


def test_it_never_ends_by_time(street: Street, owing: Hand) -> None:
    street.waits(minutes=31)
    assert "待线下反馈" in owing.hears(), "reminded when it is due"
    street.waits(hours=70)
    assert books.duties(street) == ["open"]
    assert len(owing.live("已线下反馈")) == 1


def test_whom_must_be_said(street: Street, owing: Hand) -> None:
    owing.taps("已线下反馈")
    owing.submits()
    for blank in ("无", "10:20", "。", "111"):
        assert "没有写告知了谁，尚未保存" in owing.says(blank), blank
    assert books.duties(street) == ["open"]


def test_without_a_time_it_is_now_and_a_time_is_never_in_the_future(street: Street, owing: Hand) -> None:
    assert "09:0" in told(owing, whom="区疾控郑医生")


def test_a_later_time_means_yesterday(street: Street, owing: Hand) -> None:
    assert "11月22日 23:50" in told(owing, whom="区疾控郑医生 23:50")


def test_a_channel_that_was_not_offered_is_refused(street: Street, owing: Hand) -> None:
    owing.taps("已线下反馈")
    assert "不在卡片上，没有保存" in owing.presses_old("提交", "反馈方式", {"channel": ["pigeon"]})
    assert books.duties(street) == ["open"]


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_it_can_be_put_off(street: Street, owing: Hand, word: str) -> None:
    owing.taps("已线下反馈")
    owing.submits()
    said = owing.says(word)
    assert "还没有记录，卡片保留" in said
    assert "没有保存" in owing.says("区疾控郑医生 09:00"), "words after it belong to nothing"
    assert "已办结" in told(owing)


def test_why_says_what_is_missing_and_leaves_the_question_open(street: Street, owing: Hand) -> None:
    owing.taps("已线下反馈")
    owing.submits()
    said = owing.says("为什么")
    assert "王*明 待线下反馈，由李芳办理，剩" in said
    assert "谁、什么时间" in said
    assert "已办结" in owing.says("区疾控郑医生 09:00")


def test_the_list_of_duties_opens_by_number_and_by_tap(street: Street, li: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    li.feeds_back(5, card="王*明")
    li.feeds_back(6, "拒绝说明住址", card="林*英")
    said = wang.says("待线下反馈")
    assert "待线下反馈 2 人" in said
    assert "（李芳）" in said
    assert "名单只有 1–2 号" in wang.says("9")
    assert "待线下反馈：王*明" in wang.says("1"), "a colleague may end it as well"
    wang.taps("已线下反馈")
    assert "（王强）" in li.says("待线下反馈"), "whoever has begun to tell has it"
    wang.picks(反馈方式="电话").submits()
    wang.says("区疾控郑医生 09:00")
    assert books.duties(street, "王建明") == ["done"]
    assert "待线下反馈 1 人" in li.says("待线下反馈")
    assert "待线下反馈：林*英" in li.taps("打开")
    told(li)
    assert "没有待线下反馈的人员" in li.says("待线下反馈")


def test_the_list_shows_the_own_community_alone(street: Street, owing: Hand, chen: Hand) -> None:
    assert "没有待线下反馈的人员" in chen.says("待线下反馈")


def test_a_second_record_changes_nothing(street: Street, owing: Hand) -> None:
    told(owing)
    before = books.deeds(street)
    said = owing.presses_old("已线下反馈")
    assert "已由李芳记录，这次没有改动" in said
    assert books.deeds(street) == before
