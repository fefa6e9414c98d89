"""The reminders' table: one conversation that climbs for the whole house, and one for each person who is told."""

from bot.flow import Flow
from bot.ladder import FLOW

flow = Flow(FLOW, steps=["watching"])
