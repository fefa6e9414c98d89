"""Giving kits: from 转运类型 to a household, one person and one code after another, and the roll-call at the end.

`table` holds the steps and what all handlers share; `choosing`, `binding`, `exchanging`, `calling` and `leaving` hold
the handlers in the order in which they happen. The conversation is the member's own and remembers household and person.
"""

from bot.flows.issuance import binding, calling, choosing, exchanging, leaving
from bot.flows.issuance.table import flow

__all__ = ["binding", "calling", "choosing", "exchanging", "flow", "leaving"]
