"""What is said where kits are given: each sentence tells whether it was saved and what to do next."""

from collections.abc import Mapping, Sequence

from cards import words
from cards.issuance import STANDING, Home, Member

OLD = "这张卡片已过时，没有改动。\n请发「发放物品」重新查找。"
NO_SUCH_PERSON = "没有选人，或这位不在这一户里，没有改动。\n请在卡片上重新选择。"
NOBODY_CHOSEN = "还没有选人，没有绑定。\n请先查地址，选人后点「发放物资并扫码绑定」。"
ONE_AT_A_TIME = "照片里有几个码，分不清谁是谁的，没有绑定。\n请一次拍一只，或按名单顺序输入短码。"
SCAN_BY_MENU = "请点菜单里的「扫码绑定」打开相机；电脑上请输入卡面短码。"
NOTHING_TO_UNDO = "2 分钟内没有您发放或反馈的记录，没有改动。\n已发的请用「更换」，已反馈的请用「更正」。"
NOT_WORN = "这位还没有发放，没有可更换的。没有改动。"
NO_PARTNER = "这一户没有别的已发放的人，不能对调。没有改动。"
BOTH_SAME = "两个人不能用同一个码，没有改动。\n请扫另一只新的。"


def listing(kind: str, what: str, homes: Sequence[Home], start: int, total: int) -> str:
    """The households as text; it rides back in the door's own response."""
    head = f"{kind}：{f'「{what}」' if what else ''}{total} 户"
    rows = [f"{number} {home.line}" for number, home in enumerate(homes, 1)]
    more = "；「下页」看后面" if total > start + len(homes) else ""
    return "\n".join([head, *rows, f"回复数字打开；回复地址、姓名或电话尾号可查找{more}。"])


def nothing(kind: str, what: str) -> str:
    """Nobody is meant, or nobody is ready."""
    if what:
        return f"{kind}里没有找到「{what}」的待转运人员。\n换个写法再试，例如 3栋501、姓名或电话尾号四位。"
    return f"现在没有{kind}的待转运人员。\n核实反馈为集中且愿意配合后，会出现在这里。"


def people(home: Home) -> str:
    """A household has been found; its card follows."""
    return f"{home.line}。\n回复编号选人发放，或点卡片；回复别的地址换一户。"


def ask_code(name: str, tail: str, items: Mapping[str, int]) -> str:
    """发放物资并扫码绑定: now the code."""
    kit = "、".join(f"{item}×{pieces}" if pieces > 1 else item for item, pieces in items.items())
    return f"发给 {name} {number(tail)}：{kit}。\n请扫防疫卡/手环（菜单「{words.SCAN_AND_BIND}」），或输入短码。"


def bound(name: str, tail: str, code: str) -> str:
    """The receipt of one: whom, the end of the 证件 for the roll-call, and the code."""
    return f"✓ 已发放并绑定：{name} {number(tail)} {code}"


def next_one(name: str, tail: str) -> str:
    """Who comes next."""
    return f"下一位 {name} {number(tail)}，请扫码；发错 2 分钟内回复「撤销」。"


def home_done(due: int, given: int) -> str:
    """The household is finished."""
    return f"本户应发{due} 已发{given}，全部发完。回复地址查下一户；2 分钟内可「撤销」。"


def too_many(code: str) -> str:
    """More codes than people."""
    return f"{code}：本户没有待发的人了，没有绑定。"


def not_given(name: str, standing: str, by: str, at: str, code: str = "") -> str:
    """A person who is given nothing: why, and by whom and when."""
    said = f"（{by} {at}）" if by else ""
    cure = {
        "has": f"已发放 {code}{said}，这次没有改动。\n要换请点「更换」，同一人不能有两只。",
        "unwilling": f"还没有登记「愿意」配合转运{said}，没有发放。\n请劝导后在核实里更正。",
        "undecided": "待判定，不能转运，没有发放。\n请等区疾控判定。",
        "not_fed_back": "还没有核实反馈，没有发放。\n请先发「待核实」办完核实。",
        "at_home": f"已反馈居家隔离{said}，不集中转运，没有发放。",
        "forwarded": f"已转发给其他社区{said}，没有发放。",
        "away": f"已反馈不在本辖区{said}，没有发放。",
        "gone": "已上车或已离开，没有发放。",
        "other_kind": "属于另一转运类型，没有发放。\n请发「发放物品」换转运类型。",
    }
    return f"{name} {cure[standing]}"


def worn_by_other(code: str, name: str, tail: str, by: str, at: str) -> str:
    """The code is somebody else's."""
    return f"{code} 已绑定给 {name} {number(tail)}（{by} {at}），没有保存。\n请换一只新的。"


def once_of_other(code: str, name: str, tail: str, by: str, at: str) -> str:
    """The code was somebody else's, and stays with them."""
    return f"{code} 曾绑定给 {name} {number(tail)}（{by} {at} 撤销），只能再给本人，没有保存。\n请换一只新的。"


def fresh(code: str) -> str:
    """A good code that nobody wears."""
    return f"{code} 还没有绑定给任何人。\n请先查地址，选人后点「{words.ISSUE_AND_BIND}」。"


def short(item: str, left: int) -> str:
    """The point has run out."""
    return f"{item} 只剩 {left} 件，不够一份，没有发放。\n补货后发「{words.STOCK}」登记，再扫一次。"


def undone(name: str, tail: str, code: str) -> str:
    """撤销."""
    return f"已撤销：{name} {number(tail)}，物资已退回库存，{code} 只能再给本人。\n发错了请换一只给别人。"


def too_late(name: str) -> str:
    """The person has gone on since."""
    return f"{name} 已不在「已发放」，不能撤销。没有改动。"


def ask_new(name: str, tail: str, reason: str) -> str:
    """更换: the new one."""
    return f"{name} {number(tail)}（{reason}）：请扫新的防疫卡/手环。\n扫好才会停用旧的；不换了回复「取消」。"


def ask_second(name: str, tail: str, first: str) -> str:
    """对调: the other one's new band."""
    return f"{first} 已记下，尚未保存。\n再扫给 {name} {number(tail)} 的新防疫卡/手环。"


def replaced(name: str, tail: str, old: str, new: str, reason: str) -> str:
    """更换 done."""
    return f"✓ 已更换并绑定：{name} {number(tail)} {new}（{reason}，旧码 {old} 已停用）"


def kept() -> str:
    """返回, 取消 on the way to a replacement."""
    return "没有更换，原来的码照用。"


def left() -> str:
    """取消: the counter is closed."""
    return f"已结束发放，已发的都已保存。\n发「{words.ISSUE}」可接着办。"


def paused(until: str) -> str:
    """Too many codes that nobody knows."""
    return f"10 分钟内扫了 10 个不认识的码，已暂停到 {until}，没有保存。\n已通知负责人；请核对手里的卡是不是本系统的。"


def paused_lead(by: str, place: str, until: str) -> str:
    """To the lead."""
    return f"{place}{by} 10 分钟内扫了 10 个不认识的码，已暂停扫码到 {until}。\n请联系核对防疫卡来源。"


def low(place: str, item: str, left: int) -> str:
    """To the lead: stock runs low."""
    return f"{place} {item} 只剩 {left} 件，请补货。\n到货后发「{words.STOCK}」登记。"


def explained(name: str, tail: str, standing: str, by: str, at: str, expects: str) -> str:
    """为什么: how the chosen person stands, and what is waited for."""
    said = f"（{by} {at}）" if by else ""
    who = f"{name} {number(tail)} {STANDING[standing]}{said}。\n" if name else ""
    return f"{who}{expects}"


def roll(kind: str, members: Sequence[Member], total: int, there: int, missing: int) -> str:
    """点名 as text."""
    head = f"{words.ROLL_CALL}（{kind}）共 {total} 人：到 {there}，未到 {missing}，未点 {total - there - missing}"
    rows = [f"{one.label} {one.call or '未点'}{'' if one.standing == 'has' else ' 未发物品'}" for one in members]
    return "\n".join([head, *rows, "回复到场的编号（如 1 3 5），或「未到 2」，或直接扫手环。"])


def nobody_to_call(kind: str) -> str:
    """The empty roll."""
    return f"现在没有{kind}的待转运人员，不用点名。"


def answered(names: Sequence[str], call: str, there: int, total: int) -> str:
    """Somebody was called."""
    return f"已记：{'、'.join(names)} {call}。已到 {there}/{total}。"


def not_on_roll() -> str:
    """A number that is not on the page."""
    return "没有这个编号，没有记录。\n请回复本页的编号，例如 1 3 5。"


def number(tail: str) -> str:
    """The end of a 证件, as the roll-call reads it out."""
    return f"尾号{tail}" if tail else "无证件号"
