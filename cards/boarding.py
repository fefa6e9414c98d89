"""What an escort sees at the door of the bus: the open 转运单, one line for every scan, one person's card."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Option, Select, button
from cards.verification import NEEDS

Keys = Callable[..., str]
LATER = "补录"
LATER_MARKS = (LATER, "补录格式")
ROSTER = ("名单", "未到名单")
EXPECTS = {
    "idle": f"请先点「{words.SCAN_ABOARD}」选择转运单。",
    "listed": "请回复数字选择转运单，或点「查看详情」。",
    "scanning": "请逐个扫码，或输入防疫卡短码；回复名单上的数字可单独办理一位。",
    "person": "请在人员卡片上选择；也可以直接继续扫码。",
    "reason": "请用文字写原因；不办请回复「取消」。",
}
DISPOSITIONS = {"absent": "未到", "refused": "拒绝", "ambulance": "改120", "other": "其他"}
MANUAL, OFF = "无码上车", "下车"
DEEDS = {"manual": MANUAL, "off": OFF, **DISPOSITIONS}


@dataclass(frozen=True, slots=True)
class Run:
    """One vehicle to choose: its id, `前埔南社区 第3单`, plate, class, where and when people are fetched."""

    id: str
    title: str
    plate: str
    label: str
    address: str
    at: str


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the roster: number on it, masked name, state in words, and what they need."""

    number: int
    name: str
    state: str
    needs: str = ""


def needs(codes: str) -> str:
    """What somebody needs on the way, in words, of a comma list."""
    return "、".join(NEEDS.get(one, one) for one in codes.split(",") if one)


def start(count: int, keys: Keys) -> Card:
    """接人上车: how many vehicles stand open."""
    return button(
        f"{words.BOARDING}：{count} 辆车待接人",
        [Button(words.SCAN_ABOARD, keys("trips"))],
        desc=f"点「{words.SCAN_ABOARD}」选择转运单",
        source=words.BOARDING,
    )


def nothing() -> str:
    """No vehicle stands open."""
    return "现在没有已派车的转运单。\n派车后会推送给您，也可以稍后再发「接人上车」。"


def chooser(runs: Sequence[Run], keys: Keys) -> Card:
    """The open 转运单 to tap."""
    options = [Option(run.id, f"{number} {run.plate}") for number, run in enumerate(runs[:10], 1)]
    return button(
        "选择转运单",
        [Button(words.DETAILS, keys("details"))],
        desc=f"共 {len(runs)} 辆车，选一辆，点「{words.DETAILS}」",
        select=Select("trip", "转运单", options, options[0].id),
        source=words.SCAN_ABOARD,
    )


def listing(runs: Sequence[Run]) -> str:
    """The same list as text."""
    rows = [f"{n} {run.plate}（{run.label}）{run.title} {run.at} {run.address}" for n, run in enumerate(runs, 1)]
    return "\n".join([*rows, f"回复数字，或在卡片上选车后点「{words.DETAILS}」。"])


def no_such_number(upper: int) -> str:
    """A number that is not on the list."""
    return f"名单只有 1–{upper} 号，没有改动。\n请回复名单上的数字。"


def choose_first() -> str:
    """A scan before a 转运单 was chosen."""
    return f"还没有选择转运单，这个码没有登记上车。\n请先点「{words.SCAN_ABOARD}」，选车后再扫。"


def chosen(run: Run, expected: int, boarded: int) -> str:
    """查看详情: ready to scan."""
    head = f"{run.title} {run.plate}（{run.label}）应到{expected}，已上{boarded}。"
    return f"{head}\n请逐个扫码上车；发「名单」看全部人员。"


def roster(lines: Sequence[Line]) -> str:
    """Everybody on the 转运单, by number."""
    rows = [f"{one.number} {one.name} {one.state}{f'（{one.needs}）' if one.needs else ''}" for one in lines]
    return "\n".join([*rows, "回复数字（或如「名单3」）可单独办理一位（无码上车、未到、下车）。"])


# ── one line for every scan ───────────────────────────────────────────────────────────────────────────────────────────


def aboard(name: str, number: int, expected: int, here: int = 0) -> str:
    """`✓ 王*明 第3位 / 应到5`, and how many sit in this one where several of a class stand."""
    return f"✓ {name} 第{number}位 / 应到{expected}" + (f"（本车{here}）" if here and here != number else "")


def already(name: str, at: str, by: str, number: int, here: bool, plate: str) -> str:
    """Twice: when, by whom, which place."""
    return f"{name} 已于{at}由{by}扫过(第{number}位)" + ("" if here else f"，在{plate}") + "，没有重复登记。"


def not_bound() -> str:
    """A band that nobody wears."""
    return "✗ 这个码没有绑定人员，未登记上车。请先在「发放物品」绑定，或回复名单数字办无码上车。"


def retired() -> str:
    """A band out of use."""
    return "✗ 这个码已停用，未登记上车。请扫本人现在佩戴的码。"


def undecided(name: str) -> str:
    """The hard guard of DOMAIN §2.4."""
    return f"✗ {name} 待判定，不能转运，未登记上车。请等区疾控判定。"


def gone(name: str, state: str) -> str:
    """They have left long ago."""
    return f"✗ {name} {state}，没有改动。"


def not_listed(name: str, state: str) -> str:
    """Nobody asked for a seat for them."""
    return f"✗ {name} 不在本转运单上（{state}），未登记上车。请联系社区新增通知。"


def other_notice(name: str, title: str) -> str:
    """They are awaited elsewhere."""
    return f"✗ {name} 在另一张转运单（{title}），未登记上车。请到那一辆车。"


def wrong_class(name: str, theirs: str, ours: str) -> str:
    """A 密接 at the 非密接 car, or the reverse: a hard stop."""
    return f"✗ 停！{name} 是{theirs}人员，本车是{ours}车辆，不能上车。请改乘{theirs}车辆。"


def no_seat(name: str, room: int) -> str:
    """The seat rule."""
    return f"✗ 本车限乘 {room} 人已满，{name} 未登记上车。请改乘其他车辆或联系转运组加车。"


def notice_over(name: str, state: str) -> str:
    """Cancelled while the car was on its way, or done."""
    return f"✗ 本转运单{state}，{name} 未登记上车。发「接人上车」看现在的转运单。"


def vehicle_gone(name: str, state: str) -> str:
    """This one has left or was withdrawn."""
    return f"✗ 本车{state}，{name} 未登记上车。请改乘其他车辆。"


def time_wrong(said: str) -> str:
    """A time that cannot be."""
    return f"✗ 时间「{said}」不对：应是派车之后、现在之前，这一行未补录。"


def bad_code(words_: str) -> str:
    """A code that is none, in one line."""
    return "✗ " + words_.replace("\n", "")


def too_many(most: int) -> str:
    """More codes in one message than are taken."""
    return f"一次最多 {most} 个码，后面的没有处理，请再发一次。"


# ── written down later ────────────────────────────────────────────────────────────────────────────────────────────────


def later_help() -> str:
    """How to write down afterwards what an outage kept from being scanned."""
    return "补录：每行一个「码 时间」，例如\n7K3M-9QXW 10:32\n可以一次粘贴多行；已登记过的不会重复。"


def later_done(name: str, at: str, number: int, expected: int) -> str:
    """One line of it."""
    return f"✓ {name} {at} 补录，第{number}位 / 应到{expected}"


def later_sum(done: int, known: int, refused: int) -> str:
    """How the whole message ended."""
    return f"补录 {done} 人，已有记录 {known} 人，未补录 {refused} 行。"


# ── one person ────────────────────────────────────────────────────────────────────────────────────────────────────────


def person(line: Line, tail: str, deeds: Sequence[str], keys: Keys) -> Card:
    """One of the roster, with what can be done."""
    styles = {"off": 3, "manual": 1}
    return button(
        f"{line.number} {line.name}（{line.state}）",
        [Button(DEEDS[deed], keys(deed), style=styles.get(deed, 2)) for deed in deeds],
        desc=f"证件尾号 {tail}" if tail else "没有证件号码",
        text=line.needs,
        source="单独办理",
    )


def nothing_to_do(name: str, state: str) -> str:
    """Somebody who has left, or was taken off."""
    return f"{name} {state}，不能在这里办理。没有改动。"


def ask_reason(name: str, deed: str) -> str:
    """Some deeds need a reason."""
    example = {"manual": "手环损坏，已核对证件", "off": "本人临时发热，改由120", "other": "已自行前往"}.get(deed, "")
    return f"{name} {DEEDS[deed]}：请写原因（例如：{example}），尚未保存。\n不办请回复「取消」。"


def reason_again() -> str:
    """Nothing was said."""
    return "原因没有内容，尚未保存。\n请写清楚原因，或回复「取消」。"


def disposed(name: str, deed: str, open_: int) -> str:
    """What became of somebody is written down."""
    return f"已记录：{name} {DEEDS[deed]}，已保存。还有 {open_} 人未到。\n本人又到了可以照常扫码上车。"


def stepped_off(name: str, boarded: int, expected: int) -> str:
    """Off again."""
    return f"已记录 {name} 下车，已上{boarded} / 应到{expected}，已保存。"


def undone(name: str, boarded: int, expected: int) -> str:
    """撤销 within two minutes."""
    return f"已撤销 {name} 的上车记录，已上{boarded} / 应到{expected}。"


def nothing_to_undo() -> str:
    """撤销 without a scan of one's own in the last two minutes."""
    return "两分钟内没有您扫的上车记录，没有改动。\n要下车请回复名单上的数字，点「下车」。"


def back() -> str:
    """返回, 取消 from a person or a reason."""
    return "已返回，没有改动。请继续扫码上车。"


def left() -> str:
    """取消 while scanning."""
    return f"已退出扫码，已登记的都已保存。\n发「{words.BOARDING}」可接着扫。"


def explained(run: Run, state: str, expected: int, boarded: int) -> str:
    """为什么: state, what is missing."""
    missing = expected - boarded
    return f"{run.title} {run.plate}：{state}，应到{expected}，已上{boarded}，未到{missing}。\n" + (
        "全部上车或说明后，点「完成接人」。"
    )


def old() -> str:
    """A press on an older card."""
    return f"这张卡片已过时，没有改动。\n发「{words.BOARDING}」看现在的转运单。"
