"""The steps of a verification and what each of the seven results still needs (DOMAIN §2.2.6), as tables."""

from bot import custody
from bot.flow import Flow
from bot.state.verification import Result
from bot.turn import Turn
from cards import verification as card

STEPS = [
    "waiting", "form", "call", "fields", "value", "door", "place", "choice", "remark", "willing", "needs", "reason",
    "family", "review", "reported",
]  # fmt: skip
WORKING = STEPS[: STEPS.index("reported")]
AFTER_ANSWER = {step: step for step in WORKING[1:]}
flow = Flow("verification", steps=STEPS)
flow.expects = card.EXPECTS

NEEDS: dict[Result, tuple[str, ...]] = {
    Result.CENTRAL: ("call", "door", "remark", "willing", "needs"),
    Result.HOME: ("call", "door", "reason"),
    Result.FORWARD: ("call", "place"),
    Result.OTHER_DISTRICT: ("call", "place"),
    Result.OTHER_CITY: ("call", "remark"),
    Result.UNCOOPERATIVE: ("call", "remark"),
    Result.UNREACHABLE: ("call", "remark"),
}
KEPT = ("info", "door", "willing", "needs", "reason", "place", "place_name", "fields")
"""The closed answers that are kept with the report."""


@flow.where
def place(turn: Turn) -> str:
    """The community that has custody."""
    return custody.load(turn).place.path
