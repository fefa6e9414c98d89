"""全家同一结果 (DOMAIN §2.2.10): one call, one card, with exceptions; and what may happen to one of them meanwhile."""

import sqlalchemy as sa

from bot.state import reports
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

NAMES = ("王建明", "林秀英", "陈丽华", "张伟")


def together(street: Street, li: Hand, *leave_out: str) -> str:
    """A household of four, reviewed as one from 王建明's card, without those left out; the review."""
    street.list_arrives(lists.csv(*lists.people(4)))
    li.reviews(5, card="王*明")
    li.taps("全家同一结果")
    vote = li.dealt("提交", "同住人一起反馈")[0].card["checkbox"]["option_list"]
    assert all(one["is_checked"] for one in vote)
    li.ticks(*[one["text"] for one in vote if not one["text"].startswith(leave_out or ("·",))], question="family")
    return li.submits()


def states(street: Street) -> list[str]:
    """The household's states."""
    return [books.state(street, name) for name in NAMES]


def test_everybody_gets_the_same_result_by_one_call(street: Street, li: Hand, zheng: Hand) -> None:
    assert "请确认：王*明等 4 人" in together(street, li)
    receipt = li.taps("确认反馈")
    assert "已保存并反馈疾控：王*明等 4 人" in receipt
    assert states(street) == ["awaiting_offline"] * 4
    assert [books.duties(street, name) for name in NAMES] == [["open"]] * 4
    assert len(zheng.live("接收")) == 4
    assert len(books.calls(street)) == 1
    assert li.live("核实反馈") == []


def test_an_exception_stays_with_its_own_card(street: Street, li: Hand) -> None:
    together(street, li, "林*英")
    assert "等 3 人" in li.taps("确认反馈")
    assert states(street) == ["awaiting_offline", "pending", "awaiting_offline", "awaiting_offline"]
    assert [one.text().count("林*英") for one in li.live("核实反馈")] == [1]


def test_whom_a_colleague_has_taken_meanwhile_is_left_out_and_named(street: Street, li: Hand, wang: Hand) -> None:
    together(street, li)
    wang.taps("核实反馈", "林*英")
    said = li.taps("确认反馈")
    assert "林*英 已由同事办理，没有一起反馈" in said
    assert "等 3 人" in said
    assert states(street) == ["awaiting_offline", "pending", "awaiting_offline", "awaiting_offline"]
    assert books.tasks(street, "林秀英") == [("前埔南社区", "taken", "wang.qiang")]
    assert len(wang.live("提交")) == 1


def test_undo_takes_back_all_of_them_and_they_can_be_sent_again_together(street: Street, li: Hand, zheng: Hand) -> None:
    together(street, li)
    li.taps("确认反馈")
    said = li.taps("撤销")
    assert "已撤销" in said
    assert "请确认：王*明等 4 人" in said
    assert states(street) == ["pending"] * 4
    assert [books.duties(street, name) for name in NAMES] == [["void"]] * 4
    assert zheng.live("接收") == []
    assert "等 4 人" in li.taps("确认反馈")
    assert states(street) == ["awaiting_offline"] * 4


def test_the_word_undo_means_the_whole_household_too(street: Street, li: Hand) -> None:
    together(street, li)
    li.taps("确认反馈")
    assert "请确认：王*明等 4 人" in li.says("撤销")
    assert states(street) == ["pending"] * 4


def test_one_whom_the_cdc_has_received_stays_fed_back(street: Street, li: Hand, zheng: Hand) -> None:
    together(street, li)
    li.taps("确认反馈")
    zheng.taps("接收", "陈*华")
    assert "陈*华：疾控已接收，不能撤销" in li.taps("撤销")
    assert states(street) == ["pending", "pending", "awaiting_offline", "pending"]
    assert "等 3 人" in li.taps("确认反馈")


def test_corrections_belong_to_one_person_alone(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    li.calls("接通", card="王*明")
    li.fills_in(5, info="信息不一致，需要修改")
    li.ticks("姓名", question="fields")
    li.submits()
    li.says("王建民")
    li.says("本人在泉州")
    li.taps("全家同一结果")
    li.submits()
    li.taps("确认反馈")
    assert sorted(books.people(street)) == ["林秀英", "王建民"]
    assert "fields" not in books.reports(street, "林秀英")[0].answers


def test_a_household_of_one_has_no_button(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person(), lists.person("林秀英", "14400001002", 详细地址="别处小区1栋")))
    li.reviews(5, card="王*明")
    assert li.live("全家同一结果") == []


def test_people_of_one_address_in_another_community_are_another_household(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person(), lists.person("林秀英", "14400001002", 社区="前埔北社区")))
    li.reviews(5, card="王*明")
    assert li.live("全家同一结果") == []


def test_nobody_but_the_household_can_be_slipped_in(street: Street, li: Hand) -> None:
    stranger = lists.person("林秀英", "14400001002", 详细地址="别处小区1栋")
    street.list_arrives(lists.csv(lists.person(), lists.person("陈丽华", "14400001003"), stranger))
    li.reviews(5, card="王*明")
    li.taps("全家同一结果")
    other = books.task_ids(street, "林秀英")
    li.presses_old("提交", "同住人一起反馈", {"family": other})
    li.taps("确认反馈")
    assert books.state(street, "林秀英") == "pending"
    wanted = sa.select(sa.func.count()).select_from(reports.table)
    assert books.rows(street, wanted)[0][0] == 1


def test_a_household_taken_by_a_colleague_while_it_is_asked_about_leaves_a_way_on(
    street: Street, li: Hand, wang: Hand
) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    li.reviews(5, card="王*明")
    li.taps("全家同一结果")
    wang.taps("核实反馈", "林*英")
    assert "只反馈王*明" in li.taps("核实反馈", "王*明")
    assert "请确认：王*明" in li.taps("提交")
    assert "已保存并反馈疾控：王*明" in li.taps("确认反馈")
