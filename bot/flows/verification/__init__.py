"""One verification, from the pending card to the receipt and what may follow it.

`table` holds the steps and what each result needs; `taking`, `questions`, `placing`, `fixing`, `ending` and `after`
hold the handlers in the order in which they happen. The draft waits with the conversation, wherever it is interrupted.
"""

from bot.flows.verification import after, ending, fixing, placing, questions, taking
from bot.flows.verification.table import flow

__all__ = ["after", "ending", "fixing", "flow", "placing", "questions", "taking"]
