"""The words that staff type and the labels that they read; people and tests find things by exactly these words."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

HELP = "帮助"
PENDING = "待核实"
SUPPLEMENT = "补充"
SUPPLEMENTS = "补充人员"
OFFLINE_PENDING = "待线下反馈"
ISSUE = "发放物品"
PREPARE = "转运准备"
SCAN_AND_BIND = "扫码绑定"
ROLL_CALL = "点名"
STOCK = "库存"
NOTICE = "通知转运"
MY_NOTICES = "我的通知"
BOARDING = "接人上车"
ARRIVALS = "待接收"
PROGRESS = "进度"
REPORT = "汇报"
WHY = "为什么"
UNDO = "撤销"
BACK = "返回"
CANCEL = "取消"
UNASSIGNED = "待分派"
ON_DUTY = "上班"
OFF_DUTY = "下班"
HAND_OVER_TO = "交接给"
REASSIGN = "改派"
TEXT_MODE = "文字模式"
CARD_MODE = "卡片模式"

COMMANDS = (
    HELP, PENDING, SUPPLEMENT, SUPPLEMENTS, OFFLINE_PENDING, ISSUE, NOTICE, MY_NOTICES, BOARDING, PROGRESS, REPORT, WHY,
    UNDO, BACK, CANCEL, UNASSIGNED, PREPARE, SCAN_AND_BIND, ROLL_CALL, STOCK, ON_DUTY, OFF_DUTY, HAND_OVER_TO, REASSIGN,
    TEXT_MODE, CARD_MODE, ARRIVALS,
)  # fmt: skip
"""The words of DOMAIN.md §2.9, in the order of the help text, the CDC's list of §2.1, those of §2.5, roster, hotel."""

RESULTS: Mapping[int, str] = MappingProxyType(
    {
        1: "确认居住本辖区，需集中医学观察",
        2: "居住本辖区，有居家隔离需求",
        3: "不在本辖区，在镇街其他社区",
        4: "不在本辖区，在本市其他区",
        5: "不在本辖区，且不在本市",
        6: "已联系，不配合提供地址",
        7: "联系不上",
    }
)
"""The seven results of a verification (情景一–七), by their number."""

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "cdc": "区疾控",
        "community": "社区工作人员",
        "dispatcher": "转运组",
        "escort": "跟车员",
        "hotel": "隔离酒店",
        "lead": "街道/社区负责人",
        "admin": "系统管理员",
    }
)
"""What each role is called, by its code."""

# Labels of lists and buttons that are fixed by the manual (bold in DOMAIN.md).
VERIFY = "核实反馈"
SHOW_PHONE = "显示电话"
HAND_TO_COLLEAGUE = "转交同事"
TAKE_OVER = "接手"
CALL_OUTCOMES = ("接通", "未接", "关机", "空号", "拒接", "占线")
INFO_QUESTION = "个人信息是否正确"
INFO_RIGHT = "信息一致"
INFO_WRONG = "信息不一致，需要修改"
RESULT_QUESTION = "核实反馈结果"
DOOR_QUESTION = "门磁是否安装"
DOOR_ANSWERS = ("是", "否", "不适用")
SUBMIT = "提交"
WILLINGNESS = ("愿意", "劝导中", "拒绝")
ACCEPT = "接收"
RETURN = "退回"
CONFIRM_FEEDBACK = "确认反馈"
CHANGE = "修改"
CORRECT = "更正"
COMPANIONSHIP = "陪护申请"
SUPPLEMENT_HOUSEHOLD = "补充同住人员"
WHOLE_HOUSEHOLD = "全家同一结果"
OFFLINE_DONE = "已线下反馈"
OFFLINE_CHANNELS = ("电话", "短信", "其他")
RECEIVED = "已收到"
SAVE_DRAFT = "暂存"
SAVE = "保存"
DECISIONS = ("判为密接", "判为次密接", "一般接触", "同意陪护", "不纳入", "退回补充")
CHOOSING = frozenset({"打开", "选定", "下一步", "查看详情", "接着填"})
"""What a first button says that does nothing but take what is chosen beside it."""
TRANSPORT_KIND = "转运类型"
TRANSPORT_KINDS = ("密接转运", "非密接转运")
REPLACE = "更换"
REPLACE_REASONS = ("丢失", "损坏", "错绑", "对调")
THERE = "到"
MISSING = "未到"
DETAILS = "查看详情"
ISSUE_AND_BIND = "发放物资并扫码绑定"
NEW = "新增"
CLOSE_CONTACT_COUNT = "密接车辆转运人数"
OTHER_COUNT = "非密接车辆转运人数"
PICKUP_ADDRESS = "接车地址"
CONFIRM_NOTICE = "确认通知"
CANCEL_NOTICE = "取消转运通知"
ABORT_NOTICE = "中止"
TAKE_ORDER = "接单"
ASSIGN_VEHICLE = "派车"
SCAN_ABOARD = "扫码上车"
FINISH_PICKUP = "完成接人"
CONFIRM_ARRIVAL = "确认接收"
ARRIVAL_WRONG = "接收异常"
ARRIVAL_FAULTS = ("少人", "多人", "串环")

_LONGEST = 40  # characters; no command or number is longer, however many spaces somebody puts into it
_LONGEST_NAME = 24  # an account may be longer than any name; a remark that begins so is longer still
_TRADITIONAL = str.maketrans(
    "幫幇實覈補員線綫饋發轉運車進匯彙報為爲甚麼麽銷選擇結項個種條給",
    "帮帮实核补员线线馈发转运车进汇汇报为为什么么销选择结项个种条给",
)
_IGNORED = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f\u20e3]+")
_END_MARKS = "。.!！?？~～…,，、;；:：·"
_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_NUMBER = re.compile(
    r"[(\[【]?(?P<before>(?:我?选择?)?(?:第|情景|情形|结果|选项|答案?|回复)?:?)\(?"
    r"(?P<number>[0-9]{1,3}|[一二三四五六七八九十]{1,3})\)?(?P<unit>个|项|种|条)?[)\]】]?"
)


def command(text: str) -> str | None:
    """The command that `text` is, or None. It must be the whole message; 交接给 alone has a name behind it.

    Forgiven: spaces, full width, traditional characters, marks at the end.
    """
    said = plain(text)
    if said.startswith(HAND_OVER_TO) and len(said) <= len(HAND_OVER_TO) + _LONGEST_NAME:
        return HAND_OVER_TO
    return said if said in _COMMAND_SET else None


def handed_to(text: str) -> str:
    """The name or account behind 交接给."""
    return plain(text).removeprefix(HAND_OVER_TO)


def number(text: str, upper: int) -> int | None:
    """The choice from 1 to `upper` that `text` names and nothing else, or None.

    Understood: 3 ３ ③ 三 选3 第三个 情景三 结果3 （3）. A bare 三个 is a quantity, not a choice.
    """
    shape = _NUMBER.fullmatch(plain(text))
    if shape is None or (shape["unit"] and not shape["before"]):
        return None
    written = shape["number"]
    value = int(written) if written.isdigit() else _hanzi(written)
    return value if value is not None and 1 <= value <= upper else None


def plain(text: str) -> str:
    """`text` in simplified, half-width characters without spaces and end marks; empty if it is long."""
    if len(text) > _LONGEST:
        return ""
    folded = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    return _IGNORED.sub("", folded).rstrip(_END_MARKS)


def _hanzi(written: str) -> int | None:
    """1 to 99 written in Chinese, or None: 三, 十, 十二, 二十, 二十一."""
    if "十" not in written:
        return _DIGITS.get(written)
    tens, _, units = written.partition("十")
    first, second = _DIGITS.get(tens) if tens else 1, _DIGITS.get(units) if units else 0
    return None if first is None or second is None else first * 10 + second


_COMMAND_SET = frozenset(COMMANDS)
