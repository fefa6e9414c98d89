"""What the 转运组 sees of a notice: the order, 接单, 派车 field by field, the cars, 退回; and what others are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cards import words
from cards.template import Button, Card, Option, Select, button

Keys = Callable[..., str]
EXPECTS = {
    "offered": f"请点「{words.TAKE_ORDER}」或「{words.RETURN}」。",
    "taken": f"请点「{words.ASSIGN_VEHICLE}」。",
    "vehicle": "请回复车辆信息，例如：闽D演001 密接 45座 张师傅 14400000111 15:30。",
    "check": "请核对车辆后点「确认派车」。",
    "reason": "请回复退回原因。",
}
EXAMPLE = "例如：闽D演001 密接 45座 张师傅 14400000111 15:30"
ASK = {
    "plate": "请回复车牌，例如：闽D演001。",
    "travel_class": "这辆车接谁？请回复 密接 或 非密接。",
    "seats": "请回复核定载客数，例如：45座。",
    "driver": "请回复司机姓名。",
    "phone": "请回复司机电话。",
    "eta": "请回复预计到达时间，例如：15:30 或 30分钟后。",
}


@dataclass(frozen=True, slots=True)
class Order:
    """A notice as the 转运组 sees it; `needs` is a line such as `轮椅 1 人，120 1 人`, or empty."""

    title: str
    close: int
    other: int
    listed: int
    at: str
    address: str
    needs: str
    reason: str


@dataclass(frozen=True, slots=True)
class Car:
    """A car as staff read it; `label` is class and equipment, `seated` how many of the list ride in it."""

    ref: str
    plate: str
    label: str
    seats: int
    room: int
    driver: str
    phone: str
    at: str
    state: str
    seated: int = 0


def label(travel_class: str, equipment: str) -> str:
    """`密接车`, `非密接 轮椅车`."""
    return f"{travel_class} {equipment}" if equipment else f"{travel_class}车"


def needs(wheelchairs: int, sick: int) -> str:
    """What some of them need besides a seat."""
    return "，".join(f"{what} {count} 人" for what, count in (("轮椅", wheelchairs), ("120", sick)) if count)


def _asked(order: Order) -> str:
    lines = [
        f"{words.CLOSE_CONTACT_COUNT}：{order.close}",
        f"{words.OTHER_COUNT}：{order.other}",
        f"{words.PICKUP_ADDRESS}：{order.address[:30]}",
        *([f"特殊需求：{order.needs}"] if order.needs else []),
        *([f"人数说明：{order.reason[:16]}"] if order.reason else []),
    ]
    return "\n".join(lines)


def offered(order: Order, keys: Keys) -> Card:
    """A new order."""
    return button(
        f"转运通知：{order.title}",
        [Button(words.TAKE_ORDER, keys("take")), Button(words.RETURN, keys("give_back"), style=2)],
        desc=f"{order.listed} 人，{order.at} 接车",
        text=_asked(order),
        source="转运通知",
        colour=2,
    )


def working(order: Order, cars: Sequence[Car], lacking: str, keys: Keys, abort: str = "") -> Card:
    """The order with the cars that were sent, and what is still lacking; `abort`: the key of 中止 once people board."""
    buttons = [Button(words.ASSIGN_VEHICLE, keys("assign"))]
    select = None
    if cars:
        buttons += [Button("车已到", keys("arrived"), style=2), Button("撤回车辆", keys("recall"), style=2)]
        options = [Option(car.ref, f"{car.plate} {car.state} {car.label}") for car in cars[:10]]
        select = Select("car", "车辆", options, options[0].id)
    end = Button(words.ABORT_NOTICE, abort, style=3) if abort else Button(words.RETURN, keys("give_back"), style=2)
    buttons.append(end)
    return button(
        f"{order.title}：{f'已派 {len(cars)} 辆车' if cars else '已接单'}",
        buttons,
        desc=lacking or "座位已够",
        text=_asked(order),
        select=select,
        source="转运通知",
        colour=2 if lacking else 3,
    )


def taken(title: str, proposal: Sequence[str]) -> str:
    """接单, with what the planner proposes."""
    return "\n".join([f"已接单：{title}，已保存。建议用车：", *proposal, f"请点「{words.ASSIGN_VEHICLE}」逐辆登记。"])


def household(name: str, size: int) -> str:
    """Who rides together, by the first of them."""
    return f"{name}等{size}人" if size > 1 else name


def run(label: str, seats: int, size: int, homes: Sequence[str], trip: int) -> str:
    """One proposed drive."""
    car = f"{label} {seats}座" if seats else label
    return f"· {car}{f' 第{trip}趟' if trip > 1 else ''}：{size} 人（{'、'.join(homes)}）"


def taken_already(by: str, at: str) -> str:
    """A colleague was first."""
    return f"{by} {at} 已接单，这次没有改动。"


def held(title: str, by: str, at: str, keys: Keys) -> Card:
    """A colleague has it; it may be taken over."""
    return button(
        f"{title}：{by} 已接单",
        [Button(words.TAKE_OVER, keys("take_over", ""), style=2)],
        desc=f"{at} 起由{by}办理",
        source="转运通知",
    )


def taken_over(title: str, by: str) -> str:
    """To whoever had it."""
    return f"{title} 已由{by}接手，您这边不用再办。"


def ask_vehicle(title: str) -> str:
    """All in one line."""
    return f"派车（{title}）：请回复车牌、车型、座位、司机、电话、预计到达，尚未保存。\n{EXAMPLE}"


def ask_field(name: str, known: Sequence[str]) -> str:
    """The next field that is missing."""
    had = f"已记 {' '.join(known)}，" if known else ""
    return f"{had}尚未保存。\n{ASK[name]}"


def wrong(field: str, what: str, cure: str) -> str:
    """A field that cannot be taken."""
    return f"「{field}」{what}，尚未保存。\n{cure}。"


def unread() -> str:
    """A line with nothing of a car in it."""
    return f"没看懂车辆信息，尚未保存。\n{EXAMPLE}"


def check(title: str, car: Car, warning: str, keys: Keys) -> Card:
    """The car before it is saved; the seat rule has been applied."""
    return button(
        f"派车：{car.plate} {car.label}",
        [
            Button("确认派车", keys("save")),
            Button("重填", keys("assign"), style=2),
        ],
        desc=f"核定 {car.seats} 座，按规定可坐 {car.room} 人",
        text=f"{title}\n司机：{car.driver} {car.phone}\n预计到达：{car.at}" + (f"\n{warning}" if warning else ""),
        source=words.ASSIGN_VEHICLE,
        colour=2,
    )


def no_such_people(label: str) -> str:
    """A car of a class that nobody on the list has."""
    return f"注意：名单上没有{label}人员"


def busy(title: str) -> str:
    """The same plate drives for another notice."""
    return f"注意：这辆车还在 {title}"


def assigned_already(plate: str) -> str:
    """The same plate twice on one notice."""
    return f"{plate} 已派到这一单，没有重复登记。\n换司机或时间请先「撤回车辆」再派。"


def saved(car: Car, lacking: str) -> str:
    """It is on its way."""
    return f"已派车：{car.plate} {car.label}，可坐 {car.room} 人，{car.at} 到，已保存并告知社区和护送人员。" + (
        f"\n{lacking}，请继续派车。" if lacking else "\n座位已够。"
    )


def lacking(parts: Mapping[str, int]) -> str:
    """How many have no seat yet, by kind: `还缺：密接3座，轮椅车1座`."""
    missing = [f"{label}{':' if label.isdigit() else ''}{count}座" for label, count in parts.items() if count]
    return f"还缺：{'，'.join(missing)}" if missing else ""


def told_taken(title: str, by: str) -> str:
    """To the community."""
    return f"{title} 已由转运组{by}接单，正在派车。"


def told_car(title: str, car: Car, address: str) -> str:
    """To community and escorts."""
    return (
        f"{title} 已派车：{car.plate} {car.label}，可坐 {car.room} 人，{car.at} 到{address}。\n"
        f"司机 {car.driver} {car.phone}。"
    )


def told_recalled(title: str, plate: str) -> str:
    """To community and escorts."""
    return f"{title} 的 {plate} 已撤回，不来了。\n转运组会另外派车，请等通知。"


def told_arrived(title: str, plate: str, label: str, address: str) -> str:
    """To community and escorts."""
    return f"车已到：{plate} {label}，{title}，{address}。\n请发「{words.BOARDING}」开始扫码。"


def arrived(plate: str) -> str:
    """To the dispatcher."""
    return f"已记录 {plate} 到达，已告知社区和护送人员。"


def arrived_already(plate: str, state: str) -> str:
    """Again."""
    return f"{plate} {state}，这次没有改动。"


def recalled(plate: str, lacking: str) -> str:
    """To the dispatcher."""
    return f"已撤回 {plate}，已告知社区和护送人员。" + (f"\n{lacking}，请继续派车。" if lacking else "")


def boarded_there(plate: str) -> str:
    """People sit in it."""
    return f"{plate} 已有人上车或已发车，不能撤回。没有改动。"


def choose_car() -> str:
    """Nothing was chosen."""
    return "没有选择车辆，没有改动。\n请先在卡片上选择车辆。"


def ask_reason(title: str) -> str:
    """Why it goes back."""
    return f"退回 {title}，尚未保存。\n请回复原因，例如：今日车辆已满；不退回请回复「返回」。"


def reason_again() -> str:
    """A reason that says nothing."""
    return "没有写明原因，通知没有退回。\n请写一句话；不退回请回复「返回」。"


def returned(title: str) -> str:
    """To the dispatcher."""
    return f"已退回 {title}，原因已转达社区，已保存。"


def told_returned(title: str, by: str, reason: str, ref: str, keys: Keys) -> Card:
    """To the community, which may write it anew."""
    return button(
        f"{title} 被转运组退回",
        [Button("重新填写", keys("again", ref))],
        desc=f"退回人：{by}，名单上的人回到待转运",
        text=f"原因：{reason}",
        source="转运通知",
        colour=1,
    )


def too_late(title: str, state: str) -> str:
    """People are aboard, or it is over."""
    return f"{title} {state}，不能退回。没有改动。\n已有人上车时，确需终止请点新卡片上的「{words.ABORT_NOTICE}」。"


def over(title: str, state: str, by: str, at: str) -> str:
    """A press on an order that has ended."""
    return f"{title} {f'{by} ' if by else ''}{f'{at} ' if at else ''}{state}，这次没有改动。"


def told_cancelled(title: str, by: str, reason: str, cars: Sequence[str]) -> str:
    """To the 转运组: on its way or not, it is off."""
    back = f"请通知 {'、'.join(cars)} 返回。" if cars else "还没有派车，不用再办。"
    return f"{title} 已由社区{by}取消：{reason}\n{back}"


def told_dropped(title: str, name: str, left: int) -> str:
    """To 转运组 and escorts: one person fewer."""
    return f"{title} 名单有变：{name} 已移出，还有 {left} 人。\n请按新名单接人。"


NEED = {"wheelchair": "轮椅", "ambulance": "120", "companion": "陪护", "other": "其他"}


def told_needs(title: str, name: str, needs: Sequence[str]) -> str:
    """To 转运组 and escorts: somebody needs another car than before."""
    words = "、".join(NEED[need] for need in needs if need in NEED)
    return f"{title} 名单有变：{name} {f'特殊需求改为{words}' if words else '不再有特殊需求'}。\n请核对已派的车辆。"


def nobody_left(title: str) -> str:
    """Everybody has fallen away."""
    return f"{title} 名单上已经没有人，通知已自动取消。\n已派的车请返回。"


def nobody_there(title: str) -> str:
    """To the lead and the CDC: no dispatcher."""
    return f"{title} 已提交，但没有在岗的转运调度员。\n请安排人员，通知已保存。"


def left_behind(title: str, by: str) -> str:
    """To the lead and the CDC: who had it has left, and there is no other dispatcher."""
    return f"{title} 原由{by}办理，{by}已离开，现在没有转运调度员。\n请安排人员，或由社区取消后重新通知。"


def explained(title: str, state: str, by: str, lacking: str, expects: str) -> str:
    """为什么: state, holder, what is missing."""
    return f"{title} {state}{f'，由{by}办理' if by else ''}{f'，{lacking}' if lacking else ''}。\n{expects}".rstrip()


def later(title: str) -> str:
    """返回, 取消: back to the order."""
    return f"没有保存，{title} 仍待办理。"
