"""What is said of a roster: gaps, an empty file, and to the lead that nobody is on duty any more."""

from datetime import datetime

from cards import parts


def gap(place: str, begin: datetime, end: datetime) -> str:
    """A time in which nobody of a place is planned."""
    return f"{place} {_at(begin)} 至 {_at(end)} 没有排人，届时新任务会直接报负责人"


def empty() -> str:
    """A file without a row."""
    return "文件里没有班次；需要 账号,开始,结束 三列，每行一个班"


def vacant(place: str, waiting: int, late: int, offered: int) -> str:
    """Told to the lead at once: the last one has gone, and people wait."""
    waits = [f"{waiting} 人待核实（超时 {late} 人）"] if waiting else []
    waits += [f"{offered} 项转发待接收"] if offered else []
    return f"{place}现在没有在岗人员，还有 {'、'.join(waits)}。\n请安排人员上岗，或发「改派」处理在办事项。"


def _at(when: datetime) -> str:
    local = when.astimezone(parts.SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
