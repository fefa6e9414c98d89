"""Where somebody really lives (results 3 and 4): candidates to tap, the other result, one's own community, unknown."""

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


def asked_for_a_place(street: Street, li: Hand, result: int) -> None:
    """A task whose only open question is the place."""
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(result)


def options(li: Hand) -> list[str]:
    """The candidates on the newest card that asked for one."""
    return [one["text"] for one in li.dealt("提交", "实际住在")[0].card["checkbox"]["option_list"]]


def test_an_ambiguous_name_gives_every_candidate_and_no_guess(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 4)
    li.says("何厝")
    found = options(li)
    assert any("莲前" in one for one in found)
    assert any("马巷" in one for one in found)
    assert books.state(street) == "pending"


def test_only_communities_can_be_chosen(street: Street, li: Hand) -> None:
    """A task belongs to a community; a street or a district is no place to send it to."""
    asked_for_a_place(street, li, 3)
    for said in ("莲前街道", "嘉莲街道", "思明区"):
        shown = li.says(said)
        assert "没有找到" in shown or all("社区" in one for one in options(li)), said


def test_3_with_a_place_in_another_district_answers_choose_4_and_4_goes_on(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 3)
    li.says("集美侨英孙厝")
    said = li.submits()
    assert "应选情景四，尚未保存" in said
    assert "回复 4 改选" in said
    assert "所在区、街道和社区" in li.says("4")
    li.says("集美侨英孙厝")
    assert "结果4" in li.submits()


def test_4_with_a_place_in_the_own_district_answers_choose_3(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 4)
    li.says("前埔北社区")
    assert "应选情景三，尚未保存" in li.submits()
    assert "本区内的街道和社区" in li.says("情景三")


def test_the_own_community_is_no_other_one(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 3)
    li.says("莲前街道前埔南社区")
    assert "这就是本社区，尚未保存" in li.submits()
    assert books.forwards(street) == []


def test_an_unknown_place_is_asked_for_again(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 3)
    assert "没有找到这个社区，尚未保存" in li.says("火星基地一号舱")
    assert "前埔北" in li.says("前埔北")


def test_a_place_that_was_not_among_the_candidates_is_refused(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 3)
    li.says("前埔北")
    assert "不在卡片上，没有保存" in li.presses_old("提交", "实际住在", {"place": ["350213003021"]})
    assert books.forwards(street) == []


def test_another_name_may_be_typed_while_candidates_lie_open(street: Street, li: Hand) -> None:
    asked_for_a_place(street, li, 3)
    li.says("前埔北")
    li.says("瑞景")
    assert "瑞景" in options(li)[0]
    assert "瑞景社区" in li.submits()
