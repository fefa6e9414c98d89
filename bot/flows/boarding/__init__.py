"""接人上车: an escort chooses a vehicle and scans one person after another aboard, each answered in one line.

`table` holds the steps and the trip in hand, `admitting` what every way aboard shares; `choosing`, `scanning`, `later`
and `persons` hold the handlers. Every
escort has a conversation of their own; what they do meets in the row of the notice, which each of them holds first.
"""

from bot.flows.boarding import choosing, later, persons, scanning
from bot.flows.boarding.table import flow

__all__ = ["choosing", "flow", "later", "persons", "scanning"]
