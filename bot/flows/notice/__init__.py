"""通知转运: who, how many of each class, where and when — prefilled with everybody ready — and 确认通知."""

from bot.flows.notice import figures, leaving, opening, people, sending
from bot.flows.notice.table import flow

__all__ = ["figures", "flow", "leaving", "opening", "people", "sending"]
