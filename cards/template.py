"""The five WeCom template cards, built from plain parts into plain dicts; what WeCom would refuse is never built.

Shapes and limits are those of page 90236; the numbers stand in `cards/limits.py`. Every builder returns a
`template_card` without `task_id`, which the outbox gives. What is over a hard limit raises `CardError`; what is longer
than advised is cut with `…`. Optional parts that are empty are left out of the card.

Card functions need only this module: the parts, `locked` and `text_of` can be reached through it.
"""

from collections.abc import Sequence

from cards import limits
from cards.limits import CardError
from cards.plain import choices, text_of
from cards.shapes import (
    Button,
    Card,
    Emphasis,
    Jump,
    Link,
    Menu,
    Option,
    Paragraph,
    Picture,
    Quote,
    Row,
    Select,
    filled,
)
from cards.spent import blank, locked

__all__ = [
    "Button", "Card", "CardError", "Emphasis", "Jump", "Link", "Menu", "Option", "Paragraph", "Picture", "Quote", "Row",
    "Select", "blank", "button", "choices", "form", "locked", "news", "notice", "text_of", "vote",
]  # fmt: skip

SOURCE = "闭环"


def button(
    title: str,
    buttons: Sequence[Button],
    *,
    desc: str = "",
    text: str = "",
    rows: Sequence[Row] = (),
    quote: Quote | None = None,
    select: Select | None = None,
    menu: Sequence[Menu] = (),
    url: str = "",
    source: str = SOURCE,
    colour: int = 0,
) -> Card:
    """`button_interaction`: one to six buttons under a title, a text, six rows and one drop-down of ten."""
    card = _head("button_interaction", title, desc, source, colour)
    _body(card, text, rows, quote, menu)
    if url:
        card["card_action"] = {"type": 1, "url": limits.link("card_action.url", url)}
    if select:
        card["button_selection"] = select.draw("button_selection")
    limits.count("button_list", buttons, 1, 6)
    limits.unique("button_list.key", (b.key for b in buttons if not b.url))
    card["button_list"] = [b.draw() for b in buttons]
    return card


def notice(
    title: str,
    *,
    url: str,
    desc: str = "",
    text: str = "",
    rows: Sequence[Row] = (),
    emphasis: Emphasis | None = None,
    quote: Quote | None = None,
    jumps: Sequence[Jump] = (),
    menu: Sequence[Menu] = (),
    source: str = SOURCE,
    colour: int = 0,
) -> Card:
    """`text_notice`: something to read; a tap on it opens `url`, which WeCom requires."""
    card = _head("text_notice", title, desc, source, colour)
    if emphasis:
        card["emphasis_content"] = emphasis.draw()
    _body(card, text, rows, quote, menu)
    _ways_out(card, url, jumps)
    return card


def news(
    title: str,
    *,
    url: str,
    picture: Picture | None = None,
    link: Link | None = None,
    desc: str = "",
    paragraphs: Sequence[Paragraph] = (),
    rows: Sequence[Row] = (),
    quote: Quote | None = None,
    jumps: Sequence[Jump] = (),
    menu: Sequence[Menu] = (),
    source: str = SOURCE,
    colour: int = 0,
) -> Card:
    """`news_notice`: something to read with a `picture` or a `link` (or both); a tap on it opens `url`."""
    card = _head("news_notice", title, desc, source, colour)
    if not picture and not link:
        raise CardError("card_image", 0, 1, "give a picture or a link")
    if picture:
        card["card_image"] = picture.draw()
    if link:
        card["image_text_area"] = link.draw()
    if paragraphs:
        limits.count("vertical_content_list", paragraphs, 1, 4)
        card["vertical_content_list"] = [p.draw() for p in paragraphs]
    _body(card, "", rows, quote, menu)
    _ways_out(card, url, jumps)
    return card


def vote(
    title: str,
    key: str,
    options: Sequence[Option],
    submit: Menu,
    *,
    desc: str = "",
    many: bool = False,
    source: str = SOURCE,
) -> Card:
    """`vote_interaction`: one list of up to 20 choices, one or `many` of them, and the button that sends it."""
    card = _head("vote_interaction", title, desc, source)
    limits.count("checkbox.option_list", options, 1, 20)
    limits.unique("checkbox.option_list.id", (o.id for o in options))
    checked = sum(o.checked for o in options)
    if checked > 1 and not many:
        raise CardError("checkbox.option_list.is_checked", checked, 1, "check one option, or allow many")
    card["checkbox"] = {
        "question_key": limits.token("checkbox.question_key", key, limits.KEY_BYTES),
        "mode": int(many),
        "option_list": [o.draw("checkbox.option_list", limits.VOTE_TEXT) | {"is_checked": o.checked} for o in options],
    }
    card["submit_button"] = submit.draw("submit_button", limits.BUTTON_TEXT)
    return card


def form(
    title: str,
    selects: Sequence[Select],
    submit: Menu,
    *,
    desc: str = "",
    source: str = SOURCE,
) -> Card:
    """`multiple_interaction`: one to three drop-downs of up to ten choices, and the button that sends them."""
    card = _head("multiple_interaction", title, desc, source)
    limits.count("select_list", selects, 1, 3)
    limits.unique("select_list.question_key", (s.key for s in selects))
    card["select_list"] = [s.draw("select_list") for s in selects]
    card["submit_button"] = submit.draw("submit_button", limits.BUTTON_TEXT)
    return card


def _head(kind: str, title: str, desc: str, source: str, colour: int = 0) -> Card:
    """What all five types begin with; votes and forms have no other place for text, so theirs may be long."""
    asks = kind in {"vote_interaction", "multiple_interaction"}
    card: Card = {"card_type": kind}
    if named := limits.cut(source, limits.SOURCE):
        card["source"] = {"desc": named}
        if not asks:
            card["source"]["desc_color"] = limits.within("source.desc_color", colour, 0, 3)
    longest = limits.VOTE_TITLE if kind == "vote_interaction" else limits.TITLE
    card["main_title"] = filled(
        title=limits.words("main_title.title", title, longest),
        desc=limits.cut(desc, limits.FORM_DESC if asks else limits.DESC, lines=asks),
    )
    return card


def _body(card: Card, text: str, rows: Sequence[Row], quote: Quote | None, menu: Sequence[Menu]) -> None:
    """What the cards with room for reading share: quote, text, rows and the `⋯` menu."""
    if quote:
        card["quote_area"] = quote.draw()
    if shown := limits.cut(text, limits.SUB_TITLE, lines=True):
        card["sub_title_text"] = shown
    if rows:
        limits.count("horizontal_content_list", rows, 1, 6)
        card["horizontal_content_list"] = [r.draw() for r in rows]
    if menu:
        field = "action_menu.action_list"
        limits.count(field, menu, 1, 3)
        limits.unique(f"{field}.key", (m.key for m in menu))
        card["action_menu"] = {"desc": "更多操作", "action_list": [m.draw(field, limits.MENU_TEXT) for m in menu]}


def _ways_out(card: Card, url: str, jumps: Sequence[Jump]) -> None:
    """Where a tap on a notice leads."""
    if jumps:
        limits.count("jump_list", jumps, 1, 3)
        card["jump_list"] = [j.draw() for j in jumps]
    card["card_action"] = {"type": 1, "url": limits.link("card_action.url", url)}
