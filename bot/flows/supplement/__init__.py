"""Supplementing somebody who is missing on the lists: three blocks, one field at a time or one pasted message.

`table` holds the steps, the sheet that is filled in and what it still needs; `starting`, `answering` and `saving` hold
the handlers; `asking` puts the questions, `checking` reads what is said, `knowing` knows people again. A sheet that is
not finished waits with the member's conversation (暂存).
"""

from bot.flows.supplement import answering, asking, checking, knowing, saving, starting
from bot.flows.supplement.table import flow

__all__ = ["answering", "asking", "checking", "flow", "knowing", "saving", "starting"]
