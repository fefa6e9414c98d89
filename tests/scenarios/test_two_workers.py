"""Two workers and one contact: who takes it has it, the colleague is told, and 接手 hands everything over."""

from concurrent.futures import ThreadPoolExecutor

from integrations.wecom.sandbox.phone import Phone
from tests.scenarios import ledger, lists, wire
from tests.scenarios.conftest import Someone
from tests.scenarios.member import Member
from tests.world import World


def test_the_colleagues_card_says_who_has_taken_it(world: World, fang: Member, qiang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    assert len(qiang.live("核实反馈")) == 1
    fang.taps("核实反馈")
    assert qiang.live("核实反馈") == []
    assert "李芳已接手" in qiang.messages()[-1]["text"]


def test_a_press_that_comes_second_takes_nothing_and_hears_who_was_first(
    world: World, fang: Member, qiang: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    lost = wire.press_and_lose(world, qiang, "核实反馈")
    fang.taps("核实反馈")
    qiang.hears()
    wire.repeat(world, [lost])
    said = qiang.hears()
    assert "李芳" in said
    assert "没有保存" in said
    assert "接手" in said
    assert [deed[3] for deed in ledger.deeds(world, "taken")] == ["li.fang"]


def test_two_thumbs_at_the_same_moment_make_one_holder(world: World, fang: Member, qiang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    for worker in (fang, qiang):
        assert len(worker.live("核实反馈")) == 1
    hands = [Phone(world.sandbox.url, worker.userid) for worker in (fang, qiang)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda phone: phone.taps("核实反馈"), hands))
    assert [answer["statuses"] for answer in answers] == [[200], [200]]
    assert len(ledger.deeds(world, "taken")) == 1
    assert len(fang.live("提交")) + len(qiang.live("提交")) == 1
    said = fang.hears() + qiang.hears()
    assert said.count("已接手，您这一步没有保存") == 1


def test_taking_over_tells_both_and_moves_the_draft(world: World, fang: Member, qiang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    lost = wire.press_and_lose(world, qiang, "核实反馈")
    fang.calls("接通")
    fang.fills_in("不在本辖区，且不在本市")
    wire.repeat(world, [lost])
    fang.hears()
    qiang.hears()
    qiang.taps("接手")
    assert "已由王强接手" in fang.hears()
    assert "选了「不在本辖区，且不在本市」" in qiang.hears(), "the chosen result came along; only the remark is missing"
    qiang.says("物业代答：手机停机")
    qiang.taps("确认反馈")
    card = zheng.hears()
    assert "反馈人 王强" in card
    assert "物业代答：手机停机" in card


def test_the_former_holders_words_and_buttons_act_no_more(world: World, fang: Member, qiang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.taps("核实反馈")
    fang.picks("核实反馈结果", "不在本辖区，且不在本市")
    old = wire.press_and_lose(world, fang, "提交")
    qiang.says("待核实")
    qiang.says("1")
    qiang.taps("接手")
    before = ledger.deeds(world)
    fang.hears()
    wire.repeat(world, [old])
    said = fang.hears()
    assert "王强" in said
    assert "没有保存" in said
    fang.says("这是我的备注")
    assert "没有保存" in fang.hears()
    assert ledger.deeds(world) == before


def test_drafts_wait_while_somebody_does_something_else(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(2)))
    fang.calls("接通", msgid=fang.card("王*明"))
    fang.fills_in("不在本辖区，且不在本市")
    fang.taps("核实反馈", fang.card("林*英"))
    fang.says("帮助")
    fang.says("待核实")
    listing = fang.hears()
    number = next(line[0] for line in listing.splitlines() if "李芳办理中" in line and "王*明" in line)
    fang.says(number)
    assert "选了「不在本辖区，且不在本市」" in fang.hears()
    fang.says("已回泉州")
    assert "结果5" in fang.hears()


def test_a_neighbour_community_is_told_nothing_and_may_do_nothing(world: World, fang: Member, someone: Someone) -> None:
    world.list_arrives(lists.csv(lists.person()))
    card = fang.live("核实反馈")[0]
    key = card["controls"][0]["key"]
    neighbour = someone("chen.jing")
    assert neighbour.hears() == ""
    assert wire.forge_tap(world, "chen.jing", key, card["task_id"]) == 200
    assert "没有改动" in neighbour.hears()
    neighbour.says("待核实")
    assert "现在没有待核实人员" in neighbour.hears()
    assert ledger.deeds(world, "taken") == []
