"""完成接人: one vehicle's tally while people board, the blind head count, and its departure, once and for good.

`table` holds the steps and the vehicle's trip; `tally`, `counting` and `leaving` hold the handlers in their order.
"""

from bot.flows.pickup import counting, leaving, tally
from bot.flows.pickup.table import flow

__all__ = ["counting", "flow", "leaving", "tally"]
