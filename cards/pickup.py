"""What is seen of a pickup: the live tally, the blind head count, what does not fit, where to, and that it is done."""

import unicodedata
from collections.abc import Callable, Sequence

from cards import words
from cards.template import Button, Card, Option, Row, Select, button

Keys = Callable[..., str]
COUNTING, REDRAWN = "清点人数中", "上车统计"
EXPECTS = {
    "counting": "请清点车上人数（不含司机和跟车员），直接回复数字。",
    "mismatch": "请在卡片上选择：重新清点、继续上车，或人数不符仍发车。",
    "reason": "请写人数不符仍要发车的原因；不发车请回复「取消」。",
    "second": "已请第二人确认，请等待；也可以回复「取消」重新清点。",
    "ready": "请在卡片上选择酒店，再点「确认发车」。",
}
SHOWN = 10


def tally(
    title: str,
    plate: str,
    expected: int,
    boarded: int,
    here: int,
    missing: Sequence[tuple[str, str]],
    explained: Sequence[str],
    finish: str,
    one: str,
) -> Card:
    """The live tally: 应到, 已上, 未到 with names as (id, masked name); `finish` and `one` are the buttons' keys."""
    buttons = [Button(words.FINISH_PICKUP, finish)]
    select = None
    if missing:
        buttons.append(Button("单独办理", one, style=2))
        options = [Option(the_id, name) for the_id, name in missing[:SHOWN]]
        select = Select("who", "未到人员", options, options[0].id)
    names = "、".join(name for _, name in missing) if missing else "无"
    rows = [Row("本车", f"{plate} 已上{here}")] + ([Row("已说明", "、".join(explained))] if explained else [])
    return button(
        f"应到{expected} · 已上{boarded} · 未到{len(missing)}",
        buttons,
        desc=title,
        text=f"未到：{names}",
        rows=rows,
        select=select,
        source=words.BOARDING,
    )


def not_yet(names: Sequence[str]) -> str:
    """Somebody is neither aboard nor explained."""
    return (
        f"还不能完成接人：{'、'.join(names)} 未到也没有说明，没有改动。\n"
        "请扫码上车，或回复名单上的数字记录未到、拒绝、改120。"
    )


def nobody_aboard() -> str:
    """An empty vehicle."""
    return "本车还没有人上车，不能完成接人。没有改动。\n不接了请联系社区取消转运通知。"


def sent_back_empty(plate: str) -> str:
    """An empty vehicle goes home while others have left with everybody."""
    return f"{plate} 无人乘坐，已记录空车返回，已保存。"


def heads(said: str) -> int:
    """`5`, `５人` as a number; 0 for anything that is no plain whole number."""
    plain = unicodedata.normalize("NFKC", said).strip().removesuffix("人").strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 5 else 0


def ask_count(plate: str) -> str:
    """The head count, without any figure of ours beside it."""
    return f"请清点 {plate} 车上人数（不含司机和跟车员），直接回复数字。\n要继续上车请回复「取消」。"


def count_again(most: int) -> str:
    """What was typed is no head count."""
    return f"请只回复一个整数（1–{most}），例如 5。没有改动。"


def mismatch_names(counted: int, names: Sequence[str]) -> str:
    """The figures side by side, with the names of who should sit there."""
    return f"清点 {counted} 人，系统已上 {len(names)} 人：{'、'.join(names)}。\n不一致，不能发车，请逐个核对。"


def mismatch(counted: int, boarded: int, keys: Keys) -> Card:
    """Count again, let others in or off, or go all the same."""
    return button(
        f"人数不符：清点{counted}，已上{boarded}",
        [
            Button("重新清点", keys("recount")),
            Button("继续上车", keys("resume"), style=2),
            Button("人数不符仍发车", keys("override"), style=3),
        ],
        desc="仍发车需要写原因，并由第二人确认",
        source=words.FINISH_PICKUP,
        colour=2,
    )


def ask_reason() -> str:
    """Why to go with another number."""
    return "请写人数不符仍要发车的原因，尚未保存。\n写完后由另一人确认；不发车请回复「取消」。"


def reason_again() -> str:
    """Nothing was said."""
    return "原因没有内容，尚未保存。\n请写清楚原因，或回复「取消」。"


def ask_second(title: str, plate: str, counted: int, boarded: int, reason: str, by: str, keys: Keys) -> Card:
    """For the second person."""
    return button(
        "人数不符，请第二人确认",
        [Button("同意发车", keys("agree")), Button("不同意", keys("disagree"), style=2)],
        desc=f"{title} {plate}",
        text=f"清点 {counted} 人，系统已上 {boarded} 人。\n原因：{reason}",
        rows=[Row("申请人", by)],
        source=words.FINISH_PICKUP,
        colour=2,
    )


def second_asked(names: Sequence[str]) -> str:
    """The request is out."""
    who = "、".join(names)
    return f"已请 {who} 确认，任一人同意即可发车。" if who else "没有可以确认的第二人，请重新清点或联系负责人。"


def not_yourself() -> str:
    """The second person is another one."""
    return "须由另一人确认，您是申请人，没有改动。"


def agreed(by: str) -> str:
    """To the escort."""
    return f"{by}已同意发车，请选择酒店后点「确认发车」。"


def disagreed(by: str) -> str:
    """To the escort."""
    return f"{by}不同意发车，请重新清点后回复人数。"


def thanks() -> str:
    """To the second person."""
    return "已记录您的意见，已告知跟车员。"


def ready(title: str, plate: str, boarded: int, hotels: Sequence[tuple[str, str, int | None]], keys: Keys) -> Card:
    """Everything fits: where to? `hotels` are (code, name, free places or None), the nearest first."""
    options = [Option(code, _room(name, free)) for code, name, free in hotels[:SHOWN]]
    return button(
        f"{plate} 共 {boarded} 人，请确认发车",
        [Button("确认发车", keys("go")), Button("继续上车", keys("resume"), style=2)],
        desc=title,
        text=_warning(boarded, hotels[0]) or "确认后不能再改，名单立即推送给酒店。",
        select=Select("hotel", "送往酒店", options, options[0].id),
        source=words.FINISH_PICKUP,
    )


def _room(name: str, free: int | None) -> str:
    short = name.replace("隔离酒店", "")
    return short if free is None else f"{short} 余{max(free, 0)}"


def _warning(people: int, hotel: tuple[str, str, int | None]) -> str:
    _, name, free = hotel
    return f"注意：{name}只余 {max(free, 0)} 个位置，本车 {people} 人。" if free is not None and free < people else ""


def too_full(name: str, free: int, people: int) -> str:
    """The chosen hotel has not enough places: the same press once more goes all the same."""
    head = f"{name}只余 {max(free, 0)} 个位置，本车 {people} 人，还没有发车。"
    return f"{head}\n请换一家酒店；确定送去请再点一次「确认发车」。"


def no_hotel() -> str:
    """The directory has no hotel."""
    return "名册里没有隔离酒店，不能发车。没有改动。\n请联系管理员导入酒店。"


def changed() -> str:
    """Somebody boarded or stepped off since the count."""
    return "清点之后车上人员有变动，还没有发车。\n请重新清点，直接回复人数。"


def done(title: str, plate: str, people: int, hotel: str, waiting: int) -> str:
    """The escort's receipt."""
    more = f"还有 {waiting} 人等其他车辆。" if waiting else "名单已推送给酒店。"
    return f"已完成接人：{title} {plate} 共 {people} 人，送往{hotel}，已保存。\n{more}"


def told(title: str, plate: str, people: int, hotel: str, at: str, explained: Sequence[str]) -> str:
    """To dispatcher, community and CDC."""
    rest = f"未上车：{'、'.join(explained)}。" if explained else ""
    return f"{title} {plate} 已于{at}接走 {people} 人，送往{hotel}。\n{rest or '名单人员已全部上车。'}"


def done_already(plate: str, at: str, by: str, people: int) -> str:
    """Finished before."""
    return f"{plate} 已于{at}由{by}完成接人，共 {people} 人，这次没有改动。"


def over(plate: str, state: str) -> str:
    """Cancelled, withdrawn or gone otherwise."""
    return f"{plate} {state}，这次没有改动。\n发「{words.BOARDING}」看现在的转运单。"


def held(by: str, since: str) -> str:
    """A colleague is at it."""
    return f"{by}从{since}起正在清点本车，没有改动。\n请由其完成，或 5 分钟后再点「完成接人」接手。"


def resumed() -> str:
    """Back to boarding."""
    return "已回到上车，没有发车。请继续扫码。"


def outdated() -> str:
    """A press on an older card."""
    return "这张卡片已过时，没有改动。请看最新的统计卡片。"


def explained(title: str, plate: str, state: str, expects: str) -> str:
    """为什么."""
    return f"{title} {plate}：{state}。\n{expects}"
