"""Command words with a slip in them: other names people use, and what sounds the same on a pinyin keyboard.

Asked only about words that nobody waits for. A match needs a character of the command in its place, so that a name or
an address that merely sounds alike (范辉 and 返回) stays what it is. Heavy libraries are loaded only for a candidate.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from cards import words

ONLY_SHOW = frozenset(
    {
        words.HELP, words.PENDING, words.SUPPLEMENTS, words.OFFLINE_PENDING, words.MY_NOTICES, words.PROGRESS,
        words.REPORT, words.WHY, words.UNASSIGNED, words.ARRIVALS,
    }
)  # fmt: skip
"""Commands that change nothing: taken at once. All others are asked about first."""
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "帮忙": words.HELP, "菜单": words.HELP, "功能": words.HELP, "怎么用": words.HELP, "使用说明": words.HELP,
        "help": words.HELP,
        "待办": words.PENDING, "任务": words.PENDING, "名单": words.PENDING, "核实": words.PENDING,
        "待核": words.PENDING, "待核实名单": words.PENDING, "待核实列表": words.PENDING, "我的任务": words.PENDING,
        "线下反馈": words.OFFLINE_PENDING, "待反馈": words.OFFLINE_PENDING,
        "补充名单": words.SUPPLEMENTS, "补充列表": words.SUPPLEMENTS,
        "补充待流调人员": words.SUPPLEMENT, "补录": words.SUPPLEMENT, "新增人员": words.SUPPLEMENT,
        "统计": words.PROGRESS, "进展": words.PROGRESS, "进度查询": words.PROGRESS, "查进度": words.PROGRESS,
        "报告": words.REPORT, "日报": words.REPORT, "工作汇报": words.REPORT, "报数": words.REPORT,
        "原因": words.WHY, "为啥": words.WHY, "什么原因": words.WHY,
        "撤回": words.UNDO, "撤消": words.UNDO, "后退": words.BACK, "上一步": words.BACK, "返回上一步": words.BACK,
        "退出": words.CANCEL, "算了": words.CANCEL, "不办了": words.CANCEL, "取消操作": words.CANCEL,
        "发物资": words.ISSUE, "发放物资": words.ISSUE, "领物资": words.ISSUE,
        "叫车": words.NOTICE, "申请转运": words.NOTICE, "转运申请": words.NOTICE,
        "通知列表": words.MY_NOTICES, "我的转运单": words.MY_NOTICES,
        "扫码上车": words.BOARDING, "刷卡上车": words.BOARDING, "上车": words.BOARDING,
        "待入住": words.ARRIVALS, "在途名单": words.ARRIVALS,
        "待分配": words.UNASSIGNED, "上岗": words.ON_DUTY, "到岗": words.ON_DUTY, "离岗": words.OFF_DUTY,
        "下岗": words.OFF_DUTY, "重新分派": words.REASSIGN, "文字版": words.TEXT_MODE, "卡片版": words.CARD_MODE,
    }
)  # fmt: skip
"""What people call the commands; the whole message again, and nothing that could be a name or a place."""
NEVER = frozenset(
    [
        "谢谢",
        "多谢",
        "好的",
        "好",
        "好滴",
        "收到",
        "知道了",
        "我知道了",
        "明白",
        "明白了",
        "我到了",
        "到了",
        "在吗",
        "你好",
        "您好",
        "早上好",
        "辛苦了",
        "不用",
        "不是",
        "没有",
        "有",
        "是",
        "是的",
        "对",
        "对的",
        "嗯",
        "嗯嗯",
        "可以",
        "行",
        "等一下",
        "稍等",
        "马上",
        "完成",
        "完成了",
        "已完成",
        "没事",
    ]
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄"
    "聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕"
    "屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙"
)
_YES = frozenset({"是", "是的", "对", "对的", "确认", "嗯", "yes"})
_SOUNDS_ALIKE = 90
_MOST = 7


def meant(text: str) -> str:
    """The command that `text` is meant to be, or an empty text. Never for courtesies, names or addresses."""
    said = words.plain(text).lower()
    if not said or said in NEVER:
        return ""
    if said in ALIASES:
        return ALIASES[said]
    if not 2 <= len(said) <= _MOST or not all("\u4e00" <= char <= "\u9fff" for char in said):
        return ""
    near = [command for command in words.COMMANDS if _may_be(said, command)]
    best = sorted(((_likeness(said, command), command) for command in near), reverse=True)
    if not best or best[0][0] < _SOUNDS_ALIKE or (len(best) > 1 and best[0][0] == best[1][0]):
        return ""
    return best[0][1]


def agreed(text: str, asked: str, till: str, now: str) -> str:
    """The command somebody was asked about, if they say yes to it in time (times as ISO in one zone)."""
    return asked if asked and now <= till and words.plain(text).lower() in _YES else ""


def _may_be(said: str, command: str) -> bool:
    """Whether it is worth listening: as long as the command, with half of its characters in their place."""
    if command == words.HAND_OVER_TO or len(said) != len(command):
        return False
    if len(said) == 2 and said[0] != command[0] and said[0] in _SURNAMES:
        return False
    return 2 * sum(one == other for one, other in zip(said, command, strict=True)) >= len(command)


def _likeness(said: str, command: str) -> float:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(_sound(said), _sound(command)))


@lru_cache(maxsize=256)
def _sound(text: str) -> str:
    """How it sounds in the south: zh as z, ng as n, l as n, h as f."""
    from pypinyin import lazy_pinyin

    return " ".join(_softened(syllable) for syllable in lazy_pinyin(text))


def _softened(syllable: str) -> str:
    for hard, soft in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f")):
        if syllable.startswith(hard):
            syllable = soft + syllable[len(hard) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable
