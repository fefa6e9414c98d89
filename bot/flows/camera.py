"""What a camera brings that no other scenario can take: photographs to be read, unread ones, codes nobody awaits."""

from bot.flow import Flow
from bot.turn import Kind, Turn
from cards import camera as card

flow = Flow("camera", steps=["ready"], personal=True)


@flow.start("photo")
def photo(turn: Turn) -> None:
    """The open question takes codes: have the photograph read for it; the codes come back as if scanned."""
    turn.read_photo(str(turn.event.data["media_id"]), turn.room["at"])


@flow.start("unread")
def unread(turn: Turn) -> None:
    """The photograph was no picture that can be read, or held no code: say why, and that typing will do."""
    turn.reply(card.unread(str(turn.event.data.get("refused", ""))))


@flow.start("overtaken")
def overtaken(turn: Turn) -> None:
    """The photograph was read, but the talk has moved on: its code was meant for what was open then."""
    turn.reply(card.overtaken(turn.expects))


@flow.start("unasked")
def unasked(turn: Turn) -> None:
    """A code or a photograph came while nothing open waits for one."""
    turn.reply(card.unasked(turn.expects, photo=turn.event.kind is Kind.PHOTO))


@flow.late
def late(turn: Turn) -> None:
    """No card of this flow exists; a forged button gets a kind word."""
    turn.reply(card.unasked(turn.expects, photo=False))
