"""The steps of writing a transport notice; every answer may lead to any of them."""

from bot.flow import Flow
from cards import notice as card

STEPS = ["idle", "place", "people", "members", "address", "time", "counts", "why", "review"]
WRITING = STEPS[1:]
ANY = {step: step for step in STEPS}
flow = Flow("notice", steps=STEPS, personal=True)
flow.expects = card.EXPECTS
