"""What is said in words around a verification: two lines at most, whether it was saved, and what to do next."""

from collections.abc import Sequence
from datetime import date, timedelta

from cards import words
from cards.parts import Person
from cards.verification import FIELDS


def phone_shown(name: str, phone: str) -> str:
    """The full number, for the holder alone; the reveal has been logged."""
    return f"{name} 电话：{phone}（查看已记录）\n打完请在卡片上点通话结果。"


def no_phone(name: str) -> str:
    """The list gave no number."""
    return f"{name} 名单上没有电话，没有改动。\n请上门核实，并在「核实反馈」里选「{words.INFO_WRONG}」补上电话。"


def call_logged(who: Person, outcome: str, failed: int) -> str:
    """One attempt is in the log."""
    return f"已记录：{who.name} {outcome}，共 {failed} 次未接通。\n再打前点「显示电话」，每次都会记一次。"


def call_logged_already() -> str:
    """The same card pressed again is not another call."""
    return "这次通话已经记过，没有重复记。\n再打前请先点「显示电话」。"


def need_answer(result: int) -> str:
    """Results 1–6 need a call that was answered."""
    return f"结果{result}需要有一次「接通」，尚未保存。\n请打电话后点通话结果；打不通可回复 7。"


def need_attempts(made: int, lacking: int, not_before: str) -> str:
    """联系不上 has to be earned."""
    when = f"，其中一次不早于 {not_before}" if not_before else ""
    return (
        f"已打 {made} 次，选「联系不上」还差 {lacking} 次{when}，尚未保存。\n打完请点通话结果；接通了可改回复其他数字。"
    )


def calls_drafted(count: int, lines: Sequence[str]) -> str:
    """The remark of 联系不上, from the log."""
    return f"共拨打{count}次均未联系上：{'、'.join(lines)}"


def held_by_other(by: str, since: str) -> str:
    """Somebody else was first."""
    return f"{by} {since} 已接手，您这一步没有保存。\n需要由您办理请点新卡片上的「接手」。"


def no_colleague() -> str:
    """Nobody else serves this community."""
    return "本社区没有其他在岗同事，没有转交。\n请联系负责人安排。"


def handed(who: Person, to: str) -> str:
    """Told to the one who gave it away."""
    return f"{who.name} 已转交给{to}，您填到一半的内容已一并转过去。"


def handed_to_you(who: Person, by: str) -> str:
    """Told to the one who got it."""
    return f"{by}把 {who.name} 转交给您，请按新卡片办理。"


def taken_over(who: Person, by: str) -> str:
    """Told to the old holder."""
    return f"{who.name} 已由{by}接手，您不用再办。\n您填到一半的内容已一并转过去。"


def being_forwarded(who: Person) -> str:
    """Sent to another community that has not answered yet."""
    return f"{who.name} 已转发，正等对方接收，这次没有改动。\n要收回请在转发卡片上点「撤回」。"


def ask_remark(who: Person, result: int) -> str:
    """The remark is typed."""
    return f"{who.name} 选了「{words.RESULTS[result]}」，尚未保存。\n请回复核实备注（写明核实到的情况）。"


def remark_again() -> str:
    """A remark that says nothing is no remark."""
    return "这条备注没有内容，尚未保存。\n请写明核实到的具体情况，例如去向、时间、联系经过。"


def ask_place(who: Person, result: int) -> str:
    """Where the person really lives."""
    where = "本区内的街道和社区" if result == 3 else "所在区、街道和社区"
    return f"{who.name} 选了「{words.RESULTS[result]}」，尚未保存。\n请回复实际居住的{where}，例如 侨英街道孙厝社区。"


def no_such_place() -> str:
    """Nothing in the directory is like it."""
    return "没有找到这个社区，尚未保存。\n请写全街道和社区名，例如 侨英街道孙厝社区。"


def own_community() -> str:
    """One's own community is no other one."""
    return "这就是本社区，尚未保存。\n请重新回复实际社区；确住本社区请回复 1 或 2。"


def should_be(result: int, place: str) -> str:
    """The place belongs to the other result."""
    names = {3: "情景三", 4: "情景四"}
    where = "本区" if result == 3 else "其他区"
    return f"{place}在{where}，应选{names[result]}，尚未保存。\n回复 {result} 改选，或重新回复地名。"


def choose_result() -> str:
    """The form came without a result."""
    return "还没有选「核实反馈结果」，没有保存。\n请在新卡片上选好再提交，或直接回复数字 1–7。"


def choose_fields_again() -> str:
    """Nothing was ticked."""
    return "没有勾选要更正的项目，尚未保存。\n请勾选后再提交；信息都对请回复「返回」改选。"


def ask_value(field: str, n: int, of: int) -> str:
    """The right value of one field."""
    return f"第 {n}/{of} 项，尚未保存。\n请回复正确的{FIELDS[field]}。"


def wrong_value(what: str) -> str:
    """The value breaks its rule; the cure is in the words."""
    return f"{what}，尚未保存。\n请重新回复。"


def number_taken() -> str:
    """The corrected number belongs to somebody else on the lists."""
    return "这个证件号码已属于名单上另一人，尚未保存。\n已请疾控核对是否同一人；可重新回复号码，或回复「返回」。"


def no_family() -> str:
    """Nobody else of the household waits."""
    return "同住人里没有其他待核实的人，没有改动。"


def refuses(who: Person, place: str, by: str) -> str:
    """拒绝 goes up to the lead."""
    return f"{place} {who.name} 拒绝集中转运（{by}已反馈）。\n请协调劝导。"


def next_transport(willing: str) -> str:
    """Result 1."""
    return "已列为待转运。" if willing == "yes" else "已列为待转运；愿意配合后才能列入转运单，请继续劝导。"


def next_home(exposed: date | None, days: int, today: date) -> str:
    """Result 2: day of the isolation and its last day, counted from the last exposure."""
    if exposed is None:
        return f"居家隔离 {days} 天，名单没有末次暴露日期，请向疾控确认起算日。"
    release = exposed + timedelta(days=days)
    return f"居家隔离第 {(today - exposed).days} 天，共 {days} 天，至 {release.month}月{release.day}日。"


def next_offline() -> str:
    """Results 4–7."""
    return "还需电话或短信告知疾控，请按接下来的卡片办理。"


def already(who: Person, by: str, at: str, result: int) -> str:
    """A late press on something that is finished."""
    return f"{who.name} 已由{by}于 {at} 反馈（{words.RESULTS[result]}），这次没有改动。\n发「待核实」看其他任务。"


def moved_on(who: Person) -> str:
    """A press on an older card of one's own task."""
    return f"{who.name} 这张卡片已过时，没有改动。\n请用刚发的新卡片继续。"


def pick_one() -> str:
    """A number was typed while several cards lie open."""
    return "您手上有几张卡片，不知道是哪一位，没有保存。\n请先点那一位卡片上的「核实反馈」。"


def correcting(who: Person, result: int) -> str:
    """更正 begins; nothing has changed yet."""
    return f"正在更正 {who.name} 的反馈（原结果{result}），确认前原反馈有效。\n改好后点「确认反馈」；回复「取消」放弃。"


def correction_dropped(who: Person) -> str:
    """更正 was given up."""
    return f"已放弃更正，{who.name} 的原反馈不变。"


def not_together(names: Sequence[str]) -> str:
    """A colleague has taken some of the household meanwhile."""
    return f"{'、'.join(names)} 已由同事办理，没有一起反馈。"


def stays_fed_back(who: Person, why: str) -> str:
    """One of the household whose feedback cannot be taken back with the others."""
    return f"{who.name}：{why}"


def closed(who: Person, state: str) -> str:
    """A late press on a record that has ended without feedback."""
    return f"{who.name} {state}，这次没有改动。\n发「待核实」看其他任务。"


def undone(who: Person) -> str:
    """撤销 within two minutes."""
    return f"已撤销 {who.name} 的反馈，疾控已看到撤销。\n内容还在，可「修改」后重新「确认反馈」。"


def returned(who: Person, reason: str) -> str:
    """The CDC sends it back."""
    return f"疾控退回了 {who.name} 的反馈：{reason}\n已回到待核实，请按新卡片重新核实。"


def left_for_now(who: Person) -> str:
    """取消: the draft waits."""
    return f"{who.name} 先放下了，已填内容保留，没有反馈。\n发「待核实」可接着办。"


def explained(who: Person, state: str, holder: str, left: str, calls: int, lacking: str) -> str:
    """为什么: state, holder, deadline, what is missing."""
    by = f"，由{holder}办理" if holder else "，还没有人接手"
    rest = f"还缺：{lacking}。" if lacking else "发「待核实」看其他任务。"
    return f"{who.name} {state}{by}，{left}，已打电话 {calls} 次。\n{rest}"


def band_withdrawn(who: Person) -> str:
    """The feedback no longer sends the person away: what they wear is good for nothing now."""
    return f"{who.name} 已发的防疫卡/手环随之停用，请收回。"
