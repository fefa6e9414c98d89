"""The list 待核实: what waits, in pages, narrowed by 超时 or address; a number or a tap opens one."""

from tests.scenarios import ledger, lists
from tests.scenarios.conftest import Someone
from tests.scenarios.member import Member
from tests.world import World


def test_the_word_and_the_digest_button_give_the_same_list(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(3)))
    fang.taps("待核实")
    by_button = fang.hears()
    fang.says("待核实")
    by_word = fang.hears()
    for said in (by_button, by_word):
        assert "待核实 3 人，超时 0 人" in said
        assert "王*明" in said
        assert "前埔南小区**" in said
        assert "王建明" not in said


def test_a_typed_number_opens_that_person(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(3)))
    fang.says("待核实")
    second = next(line for line in fang.hears().splitlines() if line.startswith("2 "))
    fang.says("2")
    opened = fang.hears()
    assert second.split()[1] in opened
    assert "核实反馈" in opened


def test_the_drop_down_opens_the_person_who_is_chosen(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(3)))
    fang.says("待核实")
    line = next(line for line in fang.hears().splitlines() if line.startswith("3 "))
    options = fang.live("打开")[-1]["card"]["button_selection"]["option_list"]
    fang.picks("选择人员", options[2]["text"])
    fang.taps("打开")
    assert line.split()[1] in fang.hears()


def test_a_number_that_is_not_on_the_page_changes_nothing(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(3)))
    fang.says("待核实")
    fang.hears()
    fang.says("9")
    assert "本页只有 1–3 号，没有改动" in fang.hears()
    fang.says("3")
    assert "核实反馈" in fang.hears(), "the list is still open"


def test_a_long_list_is_read_in_pages_by_word_and_by_tap(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(12)))
    fang.says("待核实")
    first = _names(fang.hears())
    fang.says("下页")
    second = _names(fang.hears())
    assert (len(first), len(second)) == (8, 4)
    assert not set(first) & set(second)
    fang.says("待核实")
    fang.hears()
    fang.taps("下一页")
    assert _names(fang.hears()) == second


def test_what_is_late_can_be_shown_alone(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(2)))
    world.waits(hours=3)
    world.list_arrives(lists.csv(lists.person("周小舟", "14400009999")), "later.csv")
    fang.hears()
    fang.says("待核实")
    assert "待核实 3 人，超时 2 人" in fang.hears()
    fang.says("超时")
    said = fang.hears()
    assert len(_names(said)) == 2
    assert "周*舟" not in said
    fang.says("待核实")
    fang.taps("只看超时")
    said = fang.hears().partition("（超时）")[2]
    assert len(_names(said)) == 2
    assert "周*舟" not in said


def test_an_address_narrows_the_list(world: World, fang: Member) -> None:
    other = lists.person("周小舟", "14400009999", 详细地址="湖光花园12号楼1504室")
    world.list_arrives(lists.csv(*lists.people(3), other))
    fang.says("待核实")
    fang.hears()
    fang.says("湖光花园")
    assert _names(fang.hears()) == ["周*舟"]
    fang.says("没有这个小区")
    assert "没有符合「没有这个小区」的待核实人员" in fang.hears()


def test_an_address_is_found_behind_many_others_and_a_narrowed_list_has_pages_too(world: World, fang: Member) -> None:
    crowd = [lists.person("路人", f"1440001{number:04}") for number in range(260)]
    last = [lists.person("周小舟", f"144000099{number:02}", 详细地址="湖光花园12号楼1504室") for number in range(10)]
    world.list_arrives(lists.csv(*crowd, *last))
    fang.says("待核实")
    assert "待核实 270 人" in fang.hears()
    fang.says("湖光花园")
    assert _names(fang.hears()) == ["周*舟"] * 8
    fang.says("下页")
    assert _names(fang.hears()) == ["周*舟"] * 2


def test_an_empty_list_says_so(world: World, fang: Member) -> None:
    fang.says("待核实")
    assert "现在没有待核实人员" in fang.hears()


def test_an_old_list_opens_nobody(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(2)))
    fang.says("待核实")
    old = fang.live("打开")[-1]
    fang.hears()
    fang.says("待核实")
    assert old["msgid"] not in {card["msgid"] for card in fang.live("打开")}
    assert len(fang.live("打开")) == 1


def test_the_lead_reads_the_list_of_the_whole_street_and_takes_nothing(world: World, someone: Someone) -> None:
    neighbour = lists.person("欧阳雪", "14400001008", 社区="前埔北社区")
    world.list_arrives(lists.csv(*lists.people(2), neighbour))
    lead = someone("lin.shuji")
    lead.says("待核实")
    assert "待核实 3 人" in lead.hears()
    lead.says("1")
    assert "没有办理这条记录的权限" in lead.hears()
    assert ledger.deeds(world, "taken") == []


def _names(said: str) -> list[str]:
    return [line.split()[1] for line in said.splitlines() if line[:1].isdigit() and "密接" in line]
