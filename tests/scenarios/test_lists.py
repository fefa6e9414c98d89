"""Lists that come twice, contradict, leave the place open, or reach a community where nobody works."""

from tests.scenarios import ledger, lists
from tests.scenarios.conftest import Someone
from tests.scenarios.member import Member
from tests.world import World


def test_the_same_list_again_changes_nothing_and_disturbs_nobody(world: World, fang: Member) -> None:
    text = lists.csv(*lists.people(3))
    assert world.list_arrives(text).counts["taken"] == 3
    fang.hears()
    before = ledger.everything(world)
    again = world.list_arrives(text)
    assert (again.counts["taken"], again.counts["unchanged"], again.problems) == (0, 3, [])
    assert ledger.everything(world) == before


def test_the_same_person_listed_again_gains_facts_and_loses_no_feedback(
    world: World, fang: Member, zheng: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.feeds_back()
    fang.hears()
    again = lists.person(证件类型="居民身份证", 证件号码="350299198805120018", 关联病例="厦门-0117")
    result = world.list_arrives(lists.csv(again), "again.csv")
    assert (result.counts["taken"], result.counts["merged"]) == (0, 1)
    assert ledger.states(world) == ["awaiting_offline"]
    assert fang.hears() == "", "what is fed back is not asked again"


def test_a_person_twice_in_one_list_is_one_person(world: World, fang: Member) -> None:
    result = world.list_arrives(lists.csv(lists.person(), lists.person(关联病例="厦门-0117")))
    assert (result.counts["taken"], result.counts["merged"]) == (1, 1)
    assert len(fang.live("核实反馈")) == 1


def test_a_contradiction_is_listed_for_the_sender_and_what_was_known_stays(world: World, fang: Member) -> None:
    card = {"证件类型": "居民身份证", "证件号码": "350299198805120018"}
    world.list_arrives(lists.csv(lists.person(**card)))
    result = world.list_arrives(lists.csv(lists.person("王健明", "14400009999", **card)), "again.csv")
    conflicts = [one for one in result.report if one.kind == "conflict"]
    assert len(conflicts) == 1
    assert (conflicts[0].row, "姓名" in conflicts[0].what, "联系电话" in conflicts[0].what) == (2, True, True)
    assert "保留原记录" in str(conflicts[0])
    fang.taps("显示电话")
    assert "14400001001" in fang.hears()


def test_one_document_with_two_names_and_phones_is_never_two_people(world: World) -> None:
    card = {"证件类型": "居民身份证", "证件号码": "350299198805120018"}
    world.list_arrives(lists.csv(lists.person(**card), lists.person("王健明", "14400009999", **card)))
    assert ledger.states(world) == ["pending"]


def test_a_family_on_one_phone_is_told_apart_by_its_documents(world: World, fang: Member) -> None:
    twins = [
        lists.person("吴双", "14400001011", 证件类型="居民身份证", 证件号码="350299201506010024"),
        lists.person("吴对", "14400001011", 证件类型="居民身份证", 证件号码="350299201506010040"),
    ]
    world.list_arrives(lists.csv(*twins))
    assert len(fang.live("核实反馈")) == 2


def test_a_name_that_two_communities_have_goes_to_the_cdc_with_candidates_and_to_no_community(
    world: World, zheng: Member, someone: Someone
) -> None:
    lost = lists.person("何一帆", 区="", 街道="", 社区="何厝")
    result = world.list_arrives(lists.csv(lost))
    assert result.counts["unplaced"] == 1
    (told,) = [one for one in result.report if one.kind == "unplaced"]
    assert "思明区莲前街道何厝社区" in told.what
    assert "翔安区马巷街道何厝社区" in told.what
    assert "待分派 1 人" in zheng.hears()
    assert someone("zhao.lei").hears() == ""
    assert ledger.states(world) == ["unplaced"]


def test_an_unknown_place_is_kept_and_told_never_guessed(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person(社区="不存在社区")))
    assert ledger.states(world) == ["unplaced"]
    assert fang.hears() == ""
    assert "待分派 1 人" in zheng.hears()


def test_a_person_listed_again_with_a_place_is_pushed_there(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person(社区="不存在社区")))
    world.list_arrives(lists.csv(lists.person()), "again.csv")
    assert ledger.states(world) == ["pending"]
    assert len(fang.live("核实反馈")) == 1


def test_where_nobody_works_the_lead_hears_at_once(world: World, someone: Someone) -> None:
    world.list_arrives(lists.csv(lists.person(社区="瑞景社区")))
    said = someone("lin.shuji").hears()
    assert "瑞景社区 新到 1 人待核实，但该社区没有在岗人员" in said
    assert "名单已保存" in said


def test_where_there_is_no_lead_either_the_cdc_hears(world: World, someone: Someone) -> None:
    world.list_arrives(lists.csv(lists.person(区="同安区", 街道="西柯街道", 社区="潘涂社区")))
    told = [who for who in ("ye.yi", "zheng.yi", "hong.yi", "guan.li") if "没有在岗人员" in someone(who).hears()]
    assert told == ["ye.yi"], "the nearest above 潘涂 is the city's CDC"


def test_a_list_nobody_touches_is_recalled_once_after_half_an_hour(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(2)))
    fang.hears()
    world.waits(minutes=31)
    assert "首次联系 2 项" in fang.hears()
    world.waits(minutes=31)
    assert "首次联系" not in fang.hears()


def test_a_list_in_which_every_row_is_wrong_is_all_reported(world: World, fang: Member) -> None:
    result = world.list_arrives(lists.csv(lists.person(人员类别="不知道"), lists.person("", "")))
    assert result.counts["taken"] == 0
    assert {one.row for one in result.problems} == {2, 3}
    assert fang.hears() == ""


def test_three_hundred_people_are_counted_but_not_poured_onto_one_phone(world: World, fang: Member) -> None:
    crowd = [lists.person(f"周{chr(0x4E00 + n)}", f"1440001{n:04}") for n in range(300)]
    world.list_arrives(lists.csv(*crowd))
    assert "新到 300 人待核实" in fang.hears()
    assert len(fang.live("核实反馈")) == 5
    assert len(fang.messages()) == 6
