"""Words that nobody waits for: a command with a slip in it is recognised, and done only if it changes nothing.

Which command somebody was asked about stands in their conversation with the help flow, for two minutes.
"""

from bot.state import conversation
from bot.state.conversation import Conversation
from bot.state.unit import Tx
from cards import typos


def heard(tx: Tx, talk: Conversation, text: str) -> tuple[str, bool]:
    """The command a text is meant to be (or nothing), and whether it may be done without asking first."""
    asked, till = str(talk.facts.get("meant", "")), str(talk.facts.get("till", ""))
    if agreed := typos.agreed(text, asked, till, tx.now.isoformat()):
        talk.facts = {}  # a second yes means nothing any more
        conversation.save(tx, talk)
        return agreed, True
    meant = typos.meant(text)
    return meant, meant in typos.ONLY_SHOW
