"""Reminders: what comes due climbs its ladder, and each person hears of it in one digest (DOMAIN §3)."""

from bot.flows.reminders import climbing, telling
from bot.flows.reminders.table import flow

__all__ = ["climbing", "flow", "telling"]
