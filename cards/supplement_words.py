"""What is said in words around a supplement: two lines at most, whether it was saved, and what to do next."""

from collections.abc import Sequence

from cards import mask, words
from cards.supplement import FIELDS

_EXAMPLES = {
    "name": "请回复姓名。也可一次发来：姓名：… 证件号：… 电话：…",
    "id_number": "请回复证件号码；其他证件或没有证件请在卡片上点。",
    "no_id": "请回复没有证件的原因，例如 新生儿未办。",
    "phone": "请回复联系电话。",
    "address": "请回复现住址，写到楼栋门牌。",
    "related": "请回复关联人（名单上的密接或次密接）的姓名。",
    "relation": "请回复与关联人的关系。",
    "place": "请回复实际居住的街道和社区，例如 侨英街道孙厝社区。",
    "remark": "请回复核实备注（写明核实到的情况）。",
    "ill": "请回复陪护人的基础疾病，例如 高血压；没有请回复 无。",
}
GUARDIAN_PHONE = "是儿童，请回复监护人的电话。"


def ask(name: str, field: str, *, child: bool = False) -> str:
    """One question that is answered in words."""
    said = GUARDIAN_PHONE if field == "phone" and child else _EXAMPLES.get(field, f"请回复{FIELDS[field]}。")
    return f"{of(name)}，尚未保存。\n{said}"


def of(name: str) -> str:
    """补充 and whom, masked."""
    return f"补充 {mask.name(name)}" if name else "补充待流调人员"


def title(name: str, field: str) -> str:
    """A question's title: at most 16 characters, which a vote allows."""
    return f"{mask.name(name)[:5]}：{FIELDS[field]}" if name else FIELDS[field]


def ask_household(known: Sequence[str]) -> str:
    """同住人员: who is on the lists, and how many they are in all."""
    shown = "、".join(mask.name(name) for name in known[:6])
    return f"同一住址名单上已有 {len(known)} 人：{shown}。\n请回复这一户共住几人（含本人），不在名单上的接着补充。"


def complete(known: int) -> str:
    """Nobody is missing."""
    return f"这一户 {known} 人都在名单上，不用补充。已记录。"


def count_again(what: str) -> str:
    """No number of people."""
    return f"{what}，没有保存。\n请回复这一户共住几人，例如 5。"


def lacking_people(left: int) -> str:
    """So many are not on the lists."""
    return f"还差 {left} 人不在名单上，请逐位补充（住址、关联人已带出）。"


def wrong(problems: Sequence[str]) -> str:
    """What breaks its rule, each named with its cure."""
    return f"{'；'.join(problems)}。尚未保存。\n请改好后重新回复。"


def read(count: int, problems: Sequence[str], missing: Sequence[str]) -> str:
    """What became of a pasted message: how much was taken, what is wrong, what is missing — each by its name."""
    lines = [f"已记下 {count} 项，尚未保存。"]
    lines += [f"有误：{'；'.join(problems)}"] if problems else []
    lines += [f"还缺：{'、'.join(FIELDS[field] for field in missing)}"] if missing else []
    return "\n".join(lines)


def two_people(fields: Sequence[str]) -> str:
    """One message holds two people."""
    named = "、".join(FIELDS[field] for field in fields)
    return f"这条消息里「{named}」写了两个不同的内容，像是两个人，没有保存。\n请一人发一条。"


def was_cut(field: str) -> str:
    """WeCom has cut the message."""
    return f"消息太长被截断，「{FIELDS[field]}」没有收，请单独再发"


def not_offered(field: str, options: Sequence[str]) -> str:
    """A closed question answered with other words."""
    return f"{FIELDS[field]}：应为{'、'.join(options[:8])}"


def nobody_of_that_name(name: str) -> str:
    """关联人 must be on the lists of the worker's own communities."""
    return f"关联人：本辖区名单上没有{mask.name(name)}，请核对姓名"


def namesake(name: str, category: str, address: str) -> str:
    """One of several people of one name, as a choice: at most 17 characters are shown."""
    return f"{mask.name(name)} {category} {mask.address(address)}"


def several(field: str) -> str:
    """What was pasted fits several."""
    return f"{FIELDS[field]}：符合的不止一个，请在后面逐项选择"


def ward(name: str, category: str) -> str:
    """Somebody of the household, as a choice."""
    return f"{mask.name(name)} {category or '待判定'}"


def warned(warnings: Sequence[str]) -> str:
    """What speaks against a companion; it is the CDC that decides."""
    return f"注意：陪护人{'、'.join(warnings)}，请确认适合陪护。"


def no_reason() -> str:
    """无证件 without a reason."""
    return "无证件原因：没有写明，请写原因，例如 新生儿未办"


def no_such_place() -> str:
    """Nothing in the directory is like it."""
    return "实际街道社区：没有找到，请写全街道和社区名，例如 侨英街道孙厝社区"


def own_community() -> str:
    """One's own community is no other one."""
    return "实际街道社区：这就是本社区，确住本社区请把核实反馈结果改为 1 或 2"


def should_be(result: int) -> str:
    """The place belongs to the other result."""
    return f"实际街道社区：{'在本区，应选情景三' if result == 3 else '在其他区，应选情景四'}"


def no_ward() -> str:
    """Nobody of that name at the address."""
    return "陪护谁：同住人员里没有这个姓名，请先补充被陪护人"


def care_alone() -> str:
    """Nobody else of the household is known."""
    return "同住人员里没有别人可陪护，已记为不陪护。\n被陪护人不在名单上的，请先补充。"


# ── known already ─────────────────────────────────────────────────────────────────────────────────────────────────────


def on_the_list(name: str, category: str, state: str, relation: str) -> str:
    """Somebody of one's own communities is on the lists."""
    linked = f"已与关联人关联（{relation}）。" if relation else "没有重复登记。"
    return f"{mask.name(name)} 已在名单中（{f'{category} ' if category else ''}{state}），不用补充。\n{linked}"


def elsewhere() -> str:
    """Another community has them: no more than that is said."""
    return "已在名单中，没有重复登记。\n已告知疾控，由疾控与对方社区核对。"


def told_cdc(name: str, category: str, state: str, there: str, here: str, by: str) -> str:
    """To the CDC: a community wanted to supplement somebody whom another one has."""
    return f"{here}{by}补充的 {mask.name(name)} 已在{there}名单中（{category or state}）。\n请与两社区核对实际住址。"


def somebody_was_first(name: str, by: str, at: str) -> str:
    """A colleague has supplemented the same person."""
    return f"{mask.name(name)} 已由{by} {at} 补充，待判定，没有重复登记。\n判定后各方都会看到结果。"


def told_first(name: str, by: str) -> str:
    """To the one who was first."""
    return f"{by}也补充了 {mask.name(name)}，只保留您提交的这一条。"


def same_phone(names: Sequence[str]) -> str:
    """Others of the own communities answer the same telephone; a family does."""
    return f"同一电话名单上还有 {'、'.join(mask.name(name) for name in names[:3])}，不是同一人请继续。"


# ── saved, put by, withdrawn ──────────────────────────────────────────────────────────────────────────────────────────


def kept(name: str, count: int) -> str:
    """One of those that wait, as a choice."""
    return f"{mask.name(name) if name else '未填姓名'} 已填{count}项"


def not_counted() -> str:
    """The household was not counted."""
    return "没有登记同住人数，也没有补充。"


def correction_dropped(name: str) -> str:
    """A correction is given up."""
    return f"{mask.name(name)} 没有更正，仍按原来提交的等疾控判定。"


def cared_for_already(name: str) -> str:
    """One companion for one ward."""
    return f"{mask.name(name)} 或陪护人已有陪护申请，没有保存。\n请把「是否陪护」改为否，或先撤回原申请。"


def put_by(name: str) -> str:
    """暂存."""
    who = mask.name(name) if name else "这一位"
    return f"{who} 已暂存，还没有报疾控。\n发「{words.SUPPLEMENT}」接着填。"


def full() -> str:
    """So many drafts cannot be looked after."""
    return "暂存已满 10 位，请先填完或删掉一位。"


def dropped(name: str) -> str:
    """不补充了."""
    return f"{mask.name(name) if name else '这一位'}的草稿已删除，没有登记。"


def nothing_open() -> str:
    """Words after the end belong to nothing."""
    return f"现在没有在填的人员，没有保存。\n发「{words.SUPPLEMENT}」补充一位，发「{words.SUPPLEMENTS}」看进展。"


def corrected(name: str) -> str:
    """A correction before the decision."""
    return f"{mask.name(name)} 的补充信息已更正并告知疾控，仍待判定。"


def decided(decision: str, by: str, at: str) -> str:
    """Who decided what, and when."""
    return f"已由{by} {at} 判定：{decision}"


def not_open(name: str, state: str) -> str:
    """It has been withdrawn or decided: nothing to correct or withdraw any more."""
    return f"{mask.name(name)} {state}，您这一步没有保存。"


def withdrawn(name: str) -> str:
    """撤回 by the submitter."""
    return f"{mask.name(name)} 的补充已撤回，疾控不再判定。"


def not_yours(by: str) -> str:
    """Only who submitted may correct or withdraw."""
    return f"这一条由{by}提交，只有提交人可以更正或撤回。没有改动。"


def missing_for(name: str, missing: Sequence[str]) -> str:
    """为什么, or 保存 too early: exactly what is missing."""
    named = "、".join(FIELDS[field] for field in missing)
    return f"{of(name)}，尚未保存。\n还缺：{named}。" if missing else f"{of(name)}，已填完，请点「保存」。"
