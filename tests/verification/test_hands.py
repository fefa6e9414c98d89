"""转交同事 and 接手: both are told, the draft goes along, and who no longer has it acts no more."""

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street
from tests.verification.test_forward import remove


def test_hand_over_tells_both_and_brings_the_draft(street: Street, li: Hand, wang: Hand, chen: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(5)
    li.taps("转交同事")
    form = li.dealt("转交")[0].card["select_list"][0]["option_list"]
    assert [one["text"] for one in form] == ["王强"], "colleagues of this community, not oneself, nobody else's"
    li.picks(转给="王强")
    assert "已转交给王强" in li.submits()
    said = wang.hears()
    assert "李芳把 王*明 转交给您" in said
    assert "选了「不在本辖区，且不在本市」" in said
    assert books.tasks(street) == [("前埔南社区", "taken", "wang.qiang")]
    assert "没有保存" in li.says("本人在泉州")
    wang.says("本人在泉州晋江")
    assert "已保存并反馈疾控" in wang.taps("确认反馈")
    assert chen.hears() == ""


def test_hand_over_to_somebody_who_does_not_serve_here_is_refused(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("转交同事")
    for stranger in ("chen.jing", "lin.shuji", "li.fang", "nobody", ""):
        assert "没有转交" in li.presses_old("转交", answers={"to": [stranger]}), stranger
    assert books.tasks(street) == [("前埔南社区", "taken", "li.fang")]


def test_nobody_to_hand_over_to_is_said(street: Street, li: Hand) -> None:
    remove(street, "wang.qiang")
    street.list_arrives(lists.csv(lists.person()))
    assert "没有其他在岗同事，没有转交" in li.taps("转交同事")


def test_take_over_tells_both(street: Street, li: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    li.hears()
    said = wang.presses_old("核实反馈")
    assert "李芳" in said
    assert "已接手，您这一步没有保存" in said
    assert "09:0" in said, "since when"
    assert "核实反馈" in wang.taps("接手")
    assert "已由王强接手，您不用再办" in li.hears()
    assert books.tasks(street)[0][2] == "wang.qiang"
    assert li.live("提交") == []


def test_an_old_take_over_takes_from_nobody_but_the_one_it_named(street: Street, li: Hand, wang: Hand) -> None:
    """李芳 had it when 王强's card was drawn; she got it back by 转交 from him: the old card must ask anew."""
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    wang.presses_old("核实反馈")
    wang.taps("接手")
    li.presses_old("核实反馈")
    li.taps("接手")
    assert books.tasks(street)[0][2] == "li.fang"
    held, key = wang.dealt("接手")
    street.forges("wang.qiang", held, key.replace("li.fang", "zhao.lei"))
    assert books.tasks(street)[0][2] == "li.fang"


def test_the_form_of_the_former_holder_saves_nothing(street: Street, li: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    wang.presses_old("核实反馈")
    wang.taps("接手")
    said = li.presses_old("提交", answers={"result": ["6"], "info": ["same"], "door": ["na"]})
    assert "王强" in said
    assert "没有保存" in said
    assert "核实备注" in wang.fills_in(6)
