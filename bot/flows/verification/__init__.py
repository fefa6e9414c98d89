"""One verification, from the pending card to the receipt and what may follow it.

`table` holds the steps and what each result needs; `taking`, `questions`, `ending` and `after` hold the handlers in the
order in which they happen. The draft waits with the conversation: it may be interrupted anywhere.
"""

from bot.flows.verification import after, ending, questions, taking
from bot.flows.verification.table import flow

__all__ = ["after", "ending", "flow", "questions", "taking"]
