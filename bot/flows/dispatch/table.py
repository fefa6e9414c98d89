"""The steps of a notice at the 转运组; its place is the community that asked."""

from bot import transport
from bot.flow import Flow
from bot.turn import Turn
from cards import dispatch as card

SLOT = "order"
STEPS = ["offered", "taken", "vehicle", "check", "reason", "over"]
WORKING = ("taken", "vehicle", "check", "reason")
AT_REST = {"offered": "offered", "taken": "taken"}
BEFORE_END = STEPS[:-1]
flow = Flow("dispatch", steps=STEPS)
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community that asked; the notice is locked with it, before anything else."""
    transport.load(turn)
    return transport.place(turn).path
