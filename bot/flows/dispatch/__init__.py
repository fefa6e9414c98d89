"""A notice at the 转运组: 接单, 派车, 车已到, 退回; and what happens to it from outside: cancelled, people dropped."""

from bot.flows.dispatch import cars, order, outside, returning, telling
from bot.flows.dispatch.table import flow

__all__ = ["cars", "flow", "order", "outside", "returning", "telling"]
