"""Wrong personal data (DOMAIN §2.2.5): field by field, checked, before → after, history, a number of somebody else."""

import pytest

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

NUMBER, OTHERS = "350299198805120018", "350299199003070025"
RIGHT = {
    "姓名": ("王建民", "name", "王*明 → 王*民"),
    "性别": ("女", "sex", "男 → 女"),
    "证件类型": ("护照", "id_type", "居民身份证 → 护照"),
    "证件号码": (OTHERS, "id_number", "3***8 → 3***5"),
    "联系电话": ("14400009999", "phone", "144****1001 → 144****9999"),
    "详细地址": ("前埔南小区9栋101室", "address", "前埔南小区** → 前埔南小区**"),
}
WRONG = {
    "姓名": "12345",
    "性别": "未知道",
    "证件类型": "会员卡",
    "证件号码": "350299198805120019",
    "联系电话": "12345",
    "详细地址": "1",
}


def asked(street: Street, li: Hand, *fields: str) -> str:
    """A task of one person, whose fields to be corrected have been ticked; what was said last."""
    street.list_arrives(lists.csv(lists.person(证件号码=NUMBER)))
    li.calls("接通")
    li.fills_in(5, info="信息不一致，需要修改")
    li.ticks(*fields, question="fields")
    return li.submits()


@pytest.mark.parametrize("field", list(RIGHT))
def test_each_field_shows_before_and_after_and_keeps_its_history(street: Street, li: Hand, field: str) -> None:
    value, name, shown = RIGHT[field]
    assert f"请回复正确的{field}" in asked(street, li, field)
    before = str(getattr(books.people(street)["王建明"], name))
    li.says(value)
    review = li.says("本人在外地")
    assert f"{field} {shown}" in review
    assert books.history(street) == [], "nothing is corrected before 确认反馈"
    li.taps("确认反馈")
    assert books.history(street) == [(name, before, value, "li.fang")]
    person = next(iter(books.people(street).values()))
    assert getattr(person, name) == value
    assert books.lines(street, "corrected")[0].facts == {"fields": [name]}
    assert books.reports(street, person.name)[0].answers["fields"] == [name]


def test_a_value_that_breaks_its_rule_is_refused_with_the_cure(street: Street, li: Hand) -> None:
    asked(street, li, *WRONG)
    for number, (field, wrong) in enumerate(WRONG.items(), 1):
        said = li.says(wrong)
        assert "尚未保存" in said, field
        assert "请" in said.splitlines()[0], "the cure stands beside the fault"
        assert "第 " not in said, "the next field is not asked yet"
        said = li.says("居民身份证" if field == "证件类型" else RIGHT[field][0])
        assert (f"第 {number + 1}/6 项" if number < 6 else "请回复核实备注") in said, field


def test_several_fields_are_asked_one_after_another(street: Street, li: Hand) -> None:
    assert "第 1/2 项" in asked(street, li, "姓名", "联系电话")
    assert "第 2/2 项，尚未保存" in li.says("王建民")
    assert "请回复核实备注" in li.says("144 0000 9999")
    review = li.says("本人在外地")
    assert "姓名 王*明 → 王*民" in review
    assert "联系电话 144****1001 → 144****9999" in review


def test_a_typed_document_is_answered_masked(street: Street, li: Hand, zheng: Hand) -> None:
    asked(street, li, "证件号码")
    said = li.says(OTHERS) + li.says("本人在外地") + li.taps("确认反馈") + zheng.hears()
    assert OTHERS not in said


def test_nothing_ticked_is_asked_again(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(5, info="信息不一致，需要修改")
    assert "没有勾选要更正的项目" in li.submits()


def test_data_right_after_all_drops_what_was_typed(street: Street, li: Hand) -> None:
    asked(street, li, "姓名")
    li.says("王建民")
    li.says("返回")
    li.fills_in(5, info="信息一致")
    review = li.says("本人在外地")
    assert "王*民" not in review
    li.taps("确认反馈")
    assert books.history(street) == []


def test_a_corrected_number_finds_the_person_again(street: Street, li: Hand) -> None:
    """The look-up hashes follow the correction: the next list knows the person by the new number."""
    asked(street, li, "证件号码")
    li.says(OTHERS)
    li.says("本人在外地")
    li.taps("确认反馈")
    street.list_arrives(lists.csv(lists.person(name="王建明", phone="14400007777", 证件号码=OTHERS)))
    assert len(books.people(street)) == 1


# ── a number that belongs to somebody else ────────────────────────────────────────────────────────────────────────────


def collides(street: Street, li: Hand) -> str:
    """The number typed for 王建明 is 陈丽华's; what the worker hears."""
    street.list_arrives(
        lists.csv(lists.person(), lists.person("陈丽华", "14400001003", 证件号码=OTHERS, 社区="前埔北社区"))
    )
    li.calls("接通")
    li.fills_in(5, info="信息不一致，需要修改")
    li.ticks("证件号码", question="fields")
    li.submits()
    return li.says(OTHERS)


def test_a_number_of_somebody_else_asks_the_cdc_whether_it_is_one_person(street: Street, li: Hand, zheng: Hand) -> None:
    said = collides(street, li)
    assert "已属于名单上另一人，尚未保存" in said
    card = zheng.hears()
    assert "两条记录证件号码相同" in card
    assert "王*明" in card
    assert "陈*华" in card
    assert "前埔北社区" in card
    assert OTHERS not in card


def test_same_person_ends_the_workers_record_in_the_other(
    street: Street, li: Hand, wang: Hand, zheng: Hand, xu: Hand
) -> None:
    collides(street, li)
    assert "已合并为一人" in zheng.taps("同一人，合并")
    assert "王*明 与名单上另一人是同一人" in li.hears()
    assert books.state(street) == "merged"
    assert books.tasks(street)[-1][1] == "left"
    assert books.state(street, "陈丽华") == "pending"
    assert "已处理过，这次没有改动" in xu.presses_old("不是同一人")
    said = li.presses_old("核实反馈")
    assert "合并" in said
    assert "没有改动" in said
    assert "核实备注" not in li.says("本人在外地")


def test_another_person_lets_the_worker_ask_again(street: Street, li: Hand, zheng: Hand) -> None:
    collides(street, li)
    assert "两条记录都保留" in zheng.taps("不是同一人")
    assert "请重新核对证件号码" in li.hears()
    assert "请回复核实备注" in li.says(NUMBER)
    assert books.lines(street, "merged") == []


def test_two_corrections_to_one_number_meet_at_the_confirmation(
    street: Street, li: Hand, wang: Hand, zheng: Hand
) -> None:
    """Both were checked while neither was saved; whoever confirms second is asked, and nothing breaks."""
    street.list_arrives(lists.csv(*lists.people(2)))
    for hand, card in ((li, "王*明"), (wang, "林*英")):
        hand.calls("接通", card=card)
        hand.fills_in(5, info="信息不一致，需要修改")
        hand.ticks("证件号码", question="fields")
        hand.submits()
        hand.says(OTHERS)
        hand.says("本人在外地")
    assert "已保存并反馈疾控" in li.taps("确认反馈")
    assert "已属于名单上另一人，尚未保存" in wang.taps("确认反馈")
    assert "两条记录证件号码相同" in zheng.hears()
    assert books.state(street, "林秀英") == "pending"
    wang.says("350299195009180040")
    assert "已保存并反馈疾控" in wang.taps("确认反馈")
