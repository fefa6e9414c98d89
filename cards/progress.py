"""What people read of 进度 and 汇报: their own open items, the figures of a place, who stands behind a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import parts, words

EXPECTS = {
    "listed": "回复数字往下看；「返回」回上一级，「取消」结束。",
}
LABELS: Mapping[str, str] = {
    "total": "共接收",
    "pending": "待核实",
    "reported": "已反馈",
    "forwarded": "转发待接收",
    "undecided": "待判定",
    "excluded": "不纳入",
    "central": "集中隔离",
    "awaiting_transport": "待转运",
    "issued": "已发放",
    "listed": "已列入转运单",
    "aboard": "已上车",
    "picked_up": "已接人",
    "arrived": "已入住",
    "home": "居家隔离",
    "away": "情景四至七",
    "awaiting_offline": "待线下反馈",
    "offline_done": "已线下反馈",
}
MORE = ("下页", "下一页")


@dataclass(frozen=True, slots=True)
class Mine:
    """What lies in somebody's own hands: the step, how many, how many of them late."""

    step: str
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Place:
    """One place with its main figures."""

    name: str
    total: int
    pending: int
    late: int


def mine(lines: Sequence[Mine]) -> str:
    """The member's own items."""
    if not lines:
        return "我手上：没有在办事项。"
    return "我手上：" + "，".join(f"{one.step} {one.count} 项{_late(one.late)}" for one in lines) + "。"


def overview(at: str, own: str, places: Sequence[Place], unplaced: int) -> str:
    """进度: own items, then every place, numbered; the number opens it."""
    rows = [
        f"{number} {one.name}：共 {one.total} 人，待核实 {one.pending} 人{_late(one.late)}"
        for number, one in enumerate(places, 1)
    ]
    waits = [f"另有 {unplaced} 人{words.UNASSIGNED}，不计入。"] if unplaced else []
    foot = ["回复数字看明细。"] if rows else ["辖区内还没有人员。"]
    return "\n".join([f"进度（截至 {at}）", *([own] if own else []), *rows, *waits, *foot])


def figures(place: str, at: str, rows: Sequence[tuple[str, int]], late: int) -> str:
    """One place by its numbers; each is a way down."""
    lines = [f"{n} {LABELS[key]} {count} 人{_late(late) if key == 'pending' else ''}" for n, (key, count) in _n(rows)]
    return "\n".join([f"{place}（截至 {at}）", *lines, "回复数字看明细，「返回」回上一级。"])


def moment(at: datetime) -> str:
    """`11月23日09:00` in Shanghai, for a sentence that is passed on."""
    local = at.astimezone(parts.SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def report(place: str, at: str, of: Mapping[str, int], late: int) -> str:
    """汇报: the standard sentence. Every bracket adds up to the number before it; what is nobody is left out."""
    head = f"截至{at}，{place}{LABELS['total']}涉疫人员 {of['total']} 人"
    if not of["total"]:
        return head + "。"
    top = "，".join(
        _part(key, of) + (f"（其中超时 {late} 人）" if key == "pending" and late else "")
        for key in ("pending", "reported", "forwarded", "undecided", "excluded")
        if of[key] or key in ("pending", "reported")
    )
    if not of["reported"]:
        return f"{head}：{top}。"
    inner = "，".join(filter(None, (_central(of), _part("home", of) if of["home"] else "", _away(of))))
    return f"{head}：{top}。已反馈中，{inner}。"


def _central(of: Mapping[str, int]) -> str:
    keys = ("awaiting_transport", "issued", "listed", "aboard", "picked_up", "arrived")
    return _bracketed("central", keys, of)


def _away(of: Mapping[str, int]) -> str:
    return _bracketed("away", ("awaiting_offline", "offline_done"), of)


def _bracketed(key: str, parts: Sequence[str], of: Mapping[str, int]) -> str:
    if not of[key]:
        return ""
    return f"{_part(key, of)}（{'、'.join(f'{LABELS[part]} {of[part]} 人' for part in parts if of[part])}）"


def _part(key: str, of: Mapping[str, int]) -> str:
    return f"{LABELS[key]} {of[key]} 人"


def report_foot(rows: Sequence[tuple[str, int]]) -> str:
    """Under the sentence: the numbers by which it can be looked into."""
    return "回复数字看名单：" + "　".join(f"{n} {LABELS[key]}" for n, (key, _) in _n(rows))


def children(place: str, figure: str, rows: Sequence[tuple[str, int]]) -> str:
    """One number by the places under a place; they add up to it."""
    lines = [f"{n} {name} {count} 人" for n, (name, count) in _n(rows)]
    whole = sum(count for _, count in rows)
    return "\n".join([f"{place} {LABELS[figure]} {whole} 人", *lines, "回复数字看明细，「返回」回上一级。"])


def people(place: str, figure: str, whole: int, start: int, rows: Sequence[tuple[str, str, str]]) -> str:
    """Who stands behind a number: masked name, category, address."""
    lines = [f"{start + n} {name} {category} {address}" for n, (name, category, address) in _n(rows)]
    more = "回复「下页」看后面；" if start + len(rows) < whole else ""
    return "\n".join([f"{place} {LABELS[figure]} {whole} 人", *lines, f"{more}「返回」回上一级。"])


def _n(rows: Sequence[tuple[str, ...]] | Sequence[tuple[str, int]]) -> "enumerate[tuple[str, ...]]":
    return enumerate(rows, 1)  # type: ignore[arg-type]


def _late(late: int) -> str:
    return f"（超时 {late}）" if late else ""


def no_such_number(upper: int) -> str:
    """A number that is not on the list."""
    return f"只有 1–{upper} 号，没有改动。\n回复数字往下看，或发「{words.PROGRESS}」「{words.REPORT}」重新列出。"


def not_a_number() -> str:
    """Words where a number was meant."""
    return f"没看懂这句话，没有改动。\n回复数字往下看；「{words.BACK}」回上一级，「{words.CANCEL}」结束。"


def ended() -> str:
    """取消."""
    return "已结束查看，没有改动。"


def nowhere() -> str:
    """A member whose roles have no figures."""
    return f"您的岗位没有辖区统计，没有改动。\n发「{words.HELP}」看能做什么。"
