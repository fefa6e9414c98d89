"""What a person sees of everything that waits: one digest, its lists, and what lies under a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import mask, parts, words
from cards.template import Button, Card, Row, button

STEPS: Mapping[str, str] = {
    "first_touch": "首次联系",
    "feedback": "核实反馈",
    "accept_forward": "接收转发",
    "offline_duty": "线下反馈",
    "supplement_decision": "补充判定",
    "dispatcher_accept": "转运接单",
    "transfer": "转运上车",
    "door_sensor": "门磁安装",
    "hotel_confirm": "酒店接收",
}
_LABELS = {
    "worklist": words.PENDING,
    "duties": words.OFFLINE_PENDING,
    "arrivals": words.ARRIVALS,
    "open": "打开最急一项",
    "below": "下级未完成",
    "got": "知道了",
}
_WHYS = {"holder": "", "lead": "下级超时", "cdc": "下级超时", "vacant": "无人在岗"}
_HEADS = {"holder": "催办", "lead": "下级超时", "cdc": "下级超时", "vacant": "无人在岗"}
_SUMMARIES = {"morning": "早报", "shift_end": "交班小结"}
_ROWS = 6
_PLACES = 40


@dataclass(frozen=True, slots=True)
class Line:
    """What stands for one reason at one step: how many things, how many of them late, the first deadline, where."""

    why: str
    step: str
    things: int
    late: int
    due: datetime
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """How much is open under a person: (open, late) by step; who is at home, whose last day it is (masked)."""

    why: str
    counts: Mapping[str, tuple[int, int]]
    homes: int
    last: tuple[str, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one person has to hear at `now`; `queued` messages to them wait for their pace."""

    lines: tuple[Line, ...]
    summary: Summary | None
    queued: int
    now: datetime

    @property
    def of_others(self) -> bool:
        """Whether any of it is about what others have not done."""
        return any(line.why != "holder" for line in self.lines)


def name_of(name: str) -> str:
    """A name as chat may show it."""
    return mask.name(name)


def digest(told: Digest, buttons: Sequence[tuple[str, str]]) -> Card:
    """The digest card: how many things, where, how late, and the lists that lead to them."""
    rows = _rows(told)
    return button(
        _title(told),
        [Button(_LABELS[name], key, style=2 if name == "got" else 1) for name, key in buttons],
        desc=_desc(told),
        text=_text(told, rows[_ROWS:]),
        rows=rows[:_ROWS],
        source="汇总" if not told.lines else "催办",
        colour=2 if any(line.late for line in told.lines) else 0,
    )


def _title(told: Digest) -> str:
    if told.lines or told.summary is None:
        heads = dict.fromkeys(_HEADS[line.why] for line in told.lines)
        head = next(iter(heads)) if len(heads) == 1 else "待办提醒"
        return f"{head}：{sum(line.things for line in told.lines)} 项"
    return f"{_SUMMARIES[told.summary.why]}：{sum(many for many, _ in told.summary.counts.values())} 项待办"


def _desc(told: Digest) -> str:
    if told.lines or told.summary is None:
        late = sum(line.late for line in told.lines)
        return f"其中超时 {late} 项，请尽快办理" if late else "即将到时，请尽快办理"
    late = sum(over for _, over in told.summary.counts.values())
    return f"其中超时 {late} 项" if late else "没有超时的"


def _rows(told: Digest) -> list[Row]:
    """A row for each step: reminders first, then the summary."""
    mixed = len({_HEADS[line.why] for line in told.lines}) > 1  # else the title has said why
    rows = [Row(STEPS[line.step], _value(line, told.now, named=mixed)) for line in told.lines]
    if told.summary is not None:
        known = {line.step for line in told.lines}
        counts = {step: counts for step, counts in told.summary.counts.items() if step not in known}
        rows += [
            Row(STEPS[step], f"{many} 项" + (f"，超时 {late}" if late else "")) for step, (many, late) in counts.items()
        ]
    return rows


def _value(line: Line, now: datetime, *, named: bool) -> str:
    what = f"{line.things} 项，最急{parts.left(line.due, now)}"
    return f"{what}，{_WHYS[line.why]}" if named and _WHYS[line.why] else what


def _text(told: Digest, rest: Sequence[Row]) -> str:
    """What the rows have no room for, where it waits, who is at home, and, honestly, what has not been sent yet."""
    parts_of_it = ["；".join(f"{row.name}：{row.value}" for row in rest)] if rest else []
    places = dict.fromkeys(place for line in told.lines if line.why != "holder" for place in line.places if place)
    if places:
        named = "、".join(places)
        parts_of_it.append(named if len(named) <= _PLACES else f"{next(iter(places))}等 {len(places)} 处")
    if told.summary is not None and told.summary.homes:
        parts_of_it.append(_at_home(told.summary))
    if told.queued:
        parts_of_it.append(f"另有 {told.queued} 条消息因限速在排队，稍后送达。")
    return "\n".join(parts_of_it)


def _at_home(summary: Summary) -> str:
    said = f"居家隔离 {summary.homes} 人"
    if summary.last:
        named = "、".join(summary.last[:5]) + ("等" if len(summary.last) > 5 else "")
        said += f"，今日期满 {len(summary.last)} 人：{named}"
    if summary.undated:
        said += f"；{summary.undated} 人没有末次暴露日期，请向疾控确认"
    return said + "。"


def below(lines: Sequence[tuple[str, str, int, int]]) -> str:
    """下级未完成: (place, step, open, late), place by place."""
    if not lines:
        return "下级没有未完成的事项。"
    places: dict[str, list[str]] = {}
    for place, step, many, late in lines:
        places.setdefault(place, []).append(f"{STEPS[step]} {many}" + (f"（超时 {late}）" if late else ""))
    total, over = sum(many for _, _, many, _ in lines), sum(late for *_, late in lines)
    rows = [f"{place}：{'，'.join(said)}" for place, said in places.items()]
    more = f"\n另有 {len(rows) - 20} 处，发「进度」查看。" if len(rows) > 20 else ""
    return f"下级未完成 {total} 项，超时 {over} 项\n" + "\n".join(rows[:20]) + more


def got() -> str:
    """知道了."""
    return "好的。事项仍在等待办理，到时会再次提醒。"
