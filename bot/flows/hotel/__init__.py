"""A manifest at the hotel: received as a whole, one by one or by scan; what is found otherwise; a push that was lost.

`table` holds the steps and the hand-over; `receiving`, `faults` and `pushing` hold the handlers.
"""

from bot.flows.hotel import faults, pushing, receiving
from bot.flows.hotel.table import flow

__all__ = ["faults", "flow", "pushing", "receiving"]
