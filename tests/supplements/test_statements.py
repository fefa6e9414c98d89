"""What a tap costs the database: none takes more than 15 statements but those that change several records."""

from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.conftest import WANG
from tests.verification.street import Street
from tests.verification.test_statements import dear, metered

MORE = {
    ("supplement", "tap", "saved"): 16,  # of a companion: person, supplement, request and wait
    ("companionship", "tap", "confirm"): 16,  # both people and their household once more, request, wait
}
CARES = {"是否陪护": "是", "陪护谁": "王建明", "陪护原因": "无自理能力", "基础疾病": "无"}
CENTRAL = {"核实反馈结果": "1", "门磁": "是", "备注": "本人在家愿意转运", "转运意愿": "愿意", "特殊需求": "轮椅"}


def a_day(street: Street) -> None:
    """A day with every gesture of a supplement."""
    li, zheng = street.phone("li.fang"), street.phone("zheng.yi")
    li.feeds_back(6, "接通后拒绝说明住址", card="王*明")
    li.taps("补充同住人员")
    li.says("5")
    li.says("王小宝")
    li.says(family.BABY)
    li.taps("与关联人相同")
    li.taps("子女")
    li.says("暂存")
    li.says("补充")
    li.taps("接着填")
    li.submits()
    li.taps("否")
    li.taps("修改")
    li.says("王小宝")
    li.taps("保存")
    li.taps("继续补充")
    li.says(family.granny(**CARES, **CENTRAL))
    li.taps("保存")
    zheng.taps("退回补充", "陈*英")
    zheng.says("请核对电话")
    li.says("补充人员")
    li.says("1")
    li.taps("更正", "退回补充")
    li.says("电话：14400001010")
    li.taps("保存")
    zheng.taps("同意陪护")
    zheng.taps("判为密接")
    family.submits(li, family.granny(姓名="陈阿花", 证件号="350299197006010053", 电话="14400001011"))
    li.taps("撤回", "陈*花")
    li.taps("陪护申请", "王*明")
    li.picks(被陪护人="王*宝 密接", 陪护原因="14岁及以下儿童", 陪护人="林*英 密接")
    li.submits()
    li.taps("仍要提交")
    zheng.taps("同意陪护")


def test_every_gesture_keeps_to_its_statements(street: Street) -> None:
    elder = lists.person("林秀英", "14400001002", 证件号码="350299195009180032")
    street.list_arrives(lists.csv(WANG, elder))
    with metered(street) as spent:
        a_day(street)
    flows = {"supplement", "supplements", "decision", "companionship"}
    assert {handler: most for handler, most in dear(spent).items() if most > MORE.get(handler, 15)} == {}
    assert flows <= {handler[0] for handler in spent}
