"""What is seen of 中止: why, what becomes of each person, and what everybody concerned is told."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards import words
from cards.boarding import DISPOSITIONS
from cards.template import Button, Card, button

Keys = Callable[..., str]
CONFIRM = "确认中止"
EXPECTS = {
    "reason": "请回复中止的原因；不中止请回复「返回」。",
    "review": f"请核对每人去向后点「{CONFIRM}」；要改请回复「序号 去向」，如 2 改120。",
}
_CODES = {label: code for code, label in DISPOSITIONS.items()}
_FATE = re.compile(rf"(\d{{1,3}}(?:[\s,，、]+\d{{1,3}})*?)\s*(?:号\s*)?({'|'.join(_CODES)})[\s:：]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One person who has not left: number, masked name, where they are now, what becomes of them."""

    number: int
    name: str
    state: str
    fate: str


def fates(said: str) -> tuple[list[int], str, str]:
    """`2 4 改120`, `3 其他 家属接回` as numbers, the code of a disposition and words; no numbers when it is none."""
    found = _FATE.fullmatch(said.strip())
    if found is None:
        return [], "", ""
    return [int(one) for one in re.findall(r"\d+", found[1])], _CODES[found[2]], found[3].strip()


def fate(disposition: str, reason: str) -> str:
    """`改120`, `其他：家属接回`."""
    label = DISPOSITIONS[disposition]
    return f"{label}：{reason[:20]}" if disposition == "other" and reason else label


def cannot(title: str, state: str) -> str:
    """Before anybody has boarded it is cancelled; afterwards it is over."""
    return f"{title} {state}，不能中止。没有改动。\n还没有人上车时请用「{words.CANCEL_NOTICE}」。"


def ask_reason(title: str) -> str:
    """Why it ends early."""
    return f"{words.ABORT_NOTICE} {title}，尚未中止。\n请回复原因，例如：车辆故障，另行派车；不中止请回复「返回」。"


def reason_again() -> str:
    """A reason that says nothing."""
    return "没有写明原因，转运没有中止。\n请写一句话；不中止请回复「返回」。"


PART = 25  # people in one message: a text holds 2,048 bytes


def people(lines: Sequence[Line]) -> list[str]:
    """Everybody who has not left, with what becomes of them, in as many messages as it takes."""
    rows = [f"{one.number} {one.name} {one.state} → {one.fate}" for one in lines]
    return ["\n".join(rows[at : at + PART]) for at in range(0, len(rows), PART)] or ["名单上没有未走的人。"]


def review(title: str, reason: str, aboard: int, waiting: int, cars: Sequence[str], keys: Keys, ref: str) -> Card:
    """Before it is done."""
    how = "改去向请回复「序号 去向」，如 2 改120、3 其他 家属接回。"
    return button(
        f"{words.ABORT_NOTICE} {title}？",
        [Button(CONFIRM, keys("confirm", ref), style=3)],
        desc=f"车上 {aboard} 人下车，未上车 {waiting} 人，全部可重新列入通知",
        text=f"原因：{reason[:60]}\n撤回车辆：{'、'.join(cars) or '无'}\n{how}",
        source=words.ABORT_NOTICE,
        colour=2,
    )


def fate_again(upper: int) -> str:
    """What was typed names nobody or no disposition."""
    return f"没看懂去向，尚未中止。\n请回复「序号 去向」，序号 1–{upper}，去向为{'、'.join(_CODES)}，如 2 改120。"


def changed() -> str:
    """Somebody boarded, came or left meanwhile."""
    return "上车情况刚有变动，还没有中止。\n请核对新的名单后再点「确认中止」。"


def outdated() -> str:
    """An older card of the same dialog."""
    return "这张卡片已过时，还没有中止。请看最新的卡片。"


def kept(title: str) -> str:
    """返回: it goes on."""
    return f"没有中止，{title} 继续接人。"


def done(title: str, freed: int, cars: Sequence[str]) -> str:
    """The receipt of whoever did it."""
    home = f"{'、'.join(cars)} 已撤回，" if cars else ""
    return f"已中止 {title}，{freed} 人可重新列入通知，已保存。\n{home}转运组、护送人员、社区和疾控已收到告知。"


def told(title: str, by: str, reason: str, freed: int, left: int) -> str:
    """To everybody concerned."""
    rest = f"已发车的 {left} 人照常由酒店接收。" if left else ""
    return f"{title} 已由{by}中止：{reason}\n{freed} 人未走，请社区重新通知转运，请不要再接这一单。{rest}"


def over(title: str, state: str, by: str) -> str:
    """Pressed again, or too late."""
    return f"{title} {state}{f'（{by}）' if by else ''}，这次没有改动。"


def explained(title: str, state: str, expects: str) -> str:
    """为什么."""
    return f"{title} {state}。\n{expects}"


def nothing_open() -> str:
    """为什么 after all is done."""
    return "现在没有要中止的转运单，没有改动。"
