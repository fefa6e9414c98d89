"""文字模式: who cannot see cards answers by numbers, and each number is the tap that a finger would make."""

import pytest

from tests.scenarios import lists
from tests.supplements import family
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def fang(street: Street, li: Hand) -> Hand:
    """李芳, who sees no cards."""
    assert "已改为文字模式，已保存" in li.says("文字模式")
    return li


def test_a_whole_feedback_is_given_by_numbers_alone(street: Street, fang: Hand, zheng: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    menu = fang.hears()
    assert "王*明 密接" in menu
    assert "1. 核实反馈" in menu
    assert "2. 显示电话" in menu
    said = fang.says("2")
    assert "14400001001" in said
    assert "1. 接通" in said
    said = fang.says("1")
    assert "（1/3）个人信息是否正确" in said
    said = fang.says("１")
    assert "（2/3）核实反馈结果" in said
    assert "7. 联系不上" in said
    assert "请选择" not in said, "the number of a result is its own"
    assert "（3/3）门磁是否安装" in fang.says("第五个")
    assert "备注" in fang.says("3")
    assert books.state(street) == "pending"
    said = fang.says("本人已回泉州老家")
    assert "1. 确认反馈" in said
    assert "已反馈" in fang.says("1")
    assert books.state(street) == "awaiting_offline"
    assert [(row.result, row.reported_by) for row in books.reports(street)] == [("5", "li.fang")]
    assert "王*明" in zheng.hears()


def test_no_card_is_sent_to_who_cannot_see_it(street: Street, fang: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    assert [one.user for one in street.counter.dealt if one.user == fang.userid] == []
    assert wang.live("核实反馈"), "a colleague is shown cards as before"


def test_a_number_goes_to_the_menu_that_came_last(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(3)))
    last = fang.hears().rpartition("】")[2]
    name = last[:3]
    assert name in fang.says("1")
    taken = [one for one in ("王建明", "林秀英", "陈丽华") if books.tasks(street, one)[0][2] == "li.fang"]
    assert len(taken) == 1
    assert taken[0][0] == name[0]


def test_a_number_that_is_not_on_the_menu_changes_nothing(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    before = books.deeds(street)
    for number in ("9", "0", "1 2", "三十"):
        assert "没有保存" in fang.says(number), number
    assert books.deeds(street) == before


def test_a_number_that_is_no_button_may_still_answer_the_question(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    fang.says("1")
    for number in ("1", "5", "3"):
        said = fang.says(number)
    assert "打不通可回复 7" in said
    assert "6. 占线" in said
    assert "没有保存" not in fang.says("7")
    assert "没有保存" in fang.says("9")


def test_words_that_a_question_waits_for_are_not_taken_for_a_menu(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    fang.says("1")
    for number in ("1", "5", "3"):
        fang.says(number)
    fang.says("1")
    said = fang.says("111")
    assert "尚未保存" in said, "111 is a remark that says nothing, not the hundred and eleventh button"
    assert books.reports(street) == []


def test_an_old_menu_answers_kindly(street: Street, fang: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    wang.taps("核实反馈")
    said = fang.says("1")
    assert "王强" in said
    assert books.tasks(street)[0][2] == "wang.qiang"


def test_the_list_is_one_run_of_numbers_for_people_and_buttons(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(10)))
    said = fang.says("待核实")
    assert "1. 王*明" in said
    assert "9. 下一页" in said
    assert "回复数字" in said
    assert "1. 9 " not in fang.says("9")
    assert "1. 核实反馈" in fang.says("1")


def test_back_asks_the_question_before(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    fang.says("1")
    assert "（2/3）" in fang.says("1")
    said = fang.says("返回")
    assert "（1/3）个人信息是否正确" in said
    assert "（2/3）" in fang.says("2")


def test_several_choices_are_several_numbers(street: Street, fang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    fang.says("2")
    fang.says("1")
    for number in ("1", "1", "1"):
        fang.says(number)
    fang.says("本人在家")
    said = fang.says("1")
    assert "可回复几个数字" in said
    assert "1. 轮椅" in said
    assert "1. 确认反馈" in fang.says("1 3")
    fang.says("1")
    assert books.reports(street)[0].answers["needs"] == "wheelchair,companion"


def test_a_choice_beside_deeds_does_nothing_until_a_deed_is_typed(street: Street, fang: Hand, zheng: Hand) -> None:
    zheng.says("文字模式")
    street.list_arrives(lists.csv(lists.person()))
    for person in (family.paste(现住址="前埔南小区9栋"), family.granny(现住址="前埔南小区9栋")):
        fang.says("补充")
        assert "姓名（已选）" in fang.says(person)
        assert "已选：关系（「返回」重选）\n1. 保存\n2. 修改" in fang.types("关系")
        assert "姓名（已选）" in fang.says("返回")
        before = len(family.rows(street))
        fang.types("关联人")
        assert len(family.rows(street)) == before, "a choice is no deed"
        assert "已保存并报疾控判定" in fang.types("保存")
    zheng.says("补充人员")
    assert "1. 只判这一位（已选）\n2. 同户 2 人一起判\n3. 判为密接" in zheng.types("王*宝 待判定")
    assert "1. 判为密接\n2. 判为次密接" in zheng.types("同户 2 人一起判")
    zheng.types("判为次密接")
    assert [decision for _, decision, *_ in family.rows(street)] == ["secondary", "secondary"]


def test_cards_come_back_with_a_word_and_saying_it_twice_is_saying_it_once(street: Street, fang: Hand) -> None:
    assert "没有改动" in fang.says("文字模式")
    assert "已改为卡片模式" in fang.says("卡片模式")
    street.list_arrives(lists.csv(lists.person()))
    assert fang.live("核实反馈")
