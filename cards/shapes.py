"""The parts a card is made of; each draws itself in WeCom's shape (page 90236) and refuses what WeCom would refuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cards import limits

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A line `name  value` of a card; with `url`, `userid` or `media_id` (one of them) the value can be tapped."""

    name: str
    value: str
    url: str = ""
    userid: str = ""
    media_id: str = ""

    def draw(self) -> Card:
        """An item of `horizontal_content_list`."""
        field = "horizontal_content_list"
        if sum(map(bool, (self.url, self.userid, self.media_id))) > 1:
            raise limits.CardError(f"{field}.type", 2, 1, "give one of url, media_id and userid")
        drawn: Card = {
            "keyname": limits.words(f"{field}.keyname", self.name, limits.ROW_NAME),
            "value": limits.cut(self.value, limits.ROW_VALUE),
        }
        if self.url:
            drawn |= {"type": 1, "url": limits.link(f"{field}.url", self.url)}
        elif self.media_id:
            drawn |= {"type": 2, "media_id": limits.token(f"{field}.media_id", self.media_id, limits.KEY_BYTES)}
        elif self.userid:
            drawn |= {"type": 3, "userid": limits.token(f"{field}.userid", self.userid, limits.USERID_BYTES)}
        return drawn


@dataclass(frozen=True, slots=True)
class Button:
    """A button that calls back with `key` or opens `url`; style 1 is the main one, 2 the second (3, 4 look unsure)."""

    text: str
    key: str = ""
    style: int = 1
    url: str = ""

    def draw(self) -> Card:
        """An item of `button_list`."""
        drawn: Card = {
            "text": limits.words("button_list.text", self.text, limits.BUTTON_TEXT),
            "style": limits.within("button_list.style", self.style, 1, 4),
        }
        if self.url:
            return drawn | {"type": 1, "url": limits.link("button_list.url", self.url)}
        return drawn | {"key": limits.token("button_list.key", self.key, limits.KEY_BYTES)}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a drop-down or vote; `checked` is for votes."""

    id: str
    text: str
    checked: bool = False

    def draw(self, field: str, longest: int) -> Card:
        """An item of an `option_list`, its text at most `longest` characters."""
        return {
            "id": limits.token(f"{field}.id", self.id, limits.ID_BYTES),
            "text": limits.words(f"{field}.text", self.text, longest),
        }


@dataclass(frozen=True, slots=True)
class Select:
    """A drop-down. Without `selected` WeCom shows, and sends, the first option: put a harmless one there."""

    key: str
    title: str
    options: Sequence[Option]
    selected: str = ""

    def draw(self, field: str) -> Card:
        """A `button_selection` or an item of `select_list`, whichever `field` names."""
        options, ids = f"{field}.option_list", [o.id for o in self.options]
        limits.count(options, ids, 1, 10)
        limits.unique(f"{options}.id", ids)
        if self.selected and self.selected not in ids:
            raise limits.CardError(f"{field}.selected_id", len(self.selected), limits.ID_BYTES, "name an option's id")
        drawn: Card = {"question_key": limits.token(f"{field}.question_key", self.key, limits.KEY_BYTES)}
        drawn |= filled(title=limits.cut(self.title, limits.SELECT_TITLE), selected_id=self.selected)
        return drawn | {"option_list": [o.draw(options, limits.OPTION_TEXT) for o in self.options]}


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the `⋯` menu in the corner of a card, or the button that sends a vote or form."""

    text: str
    key: str

    def draw(self, field: str, longest: int) -> Card:
        """An item of `action_menu.action_list` or a `submit_button`, whichever `field` names."""
        return {
            "text": limits.words(f"{field}.text", self.text, longest),
            "key": limits.token(f"{field}.key", self.key, limits.KEY_BYTES),
        }


@dataclass(frozen=True, slots=True)
class Jump:
    """A line at the foot of a notice that opens `url`."""

    title: str
    url: str

    def draw(self) -> Card:
        """An item of `jump_list`."""
        title = limits.words("jump_list.title", self.title, limits.JUMP_TITLE)
        return {"type": 1, "title": title, "url": limits.link("jump_list.url", self.url)}


@dataclass(frozen=True, slots=True)
class Quote:
    """A grey block of quoted text, tappable if it has a `url`."""

    title: str
    text: str
    url: str = ""

    def draw(self) -> Card:
        """A `quote_area`."""
        title, text = limits.QUOTE
        drawn = filled(title=limits.cut(self.title, title), quote_text=limits.cut(self.text, text, lines=True))
        if self.url:
            drawn |= {"type": 1, "url": limits.link("quote_area.url", self.url)}
        return drawn


@dataclass(frozen=True, slots=True)
class Emphasis:
    """One big figure or word over a small caption, e.g. 12 over 待核实."""

    title: str
    text: str

    def draw(self) -> Card:
        """An `emphasis_content`."""
        title, text = limits.EMPHASIS
        big = limits.words("emphasis_content.title", self.title, title)
        return filled(title=big, desc=limits.cut(self.text, text))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading with text under it; news cards only."""

    title: str
    text: str

    def draw(self) -> Card:
        """An item of `vertical_content_list`."""
        title, text = limits.PARAGRAPH
        heading = limits.words("vertical_content_list.title", self.title, title)
        return filled(title=heading, desc=limits.cut(self.text, text, lines=True))


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a news card; `ratio` is width through height, 1.3 to 2.25."""

    url: str
    ratio: float = 1.6

    def draw(self) -> Card:
        """A `card_image`."""
        ratio = limits.within("card_image.aspect_ratio", self.ratio, 1.3, 2.25)
        return {"url": limits.link("card_image.url", self.url), "aspect_ratio": ratio}


@dataclass(frozen=True, slots=True)
class Link:
    """A small picture beside a title and text, tappable if it has a `url`; news cards only."""

    title: str
    text: str
    image: str
    url: str = ""

    def draw(self) -> Card:
        """An `image_text_area`."""
        title, text = limits.PARAGRAPH
        drawn = filled(title=limits.cut(self.title, title), desc=limits.cut(self.text, text))
        drawn["image_url"] = limits.link("image_text_area.image_url", self.image)
        if self.url:
            drawn |= {"type": 1, "url": limits.link("image_text_area.url", self.url)}
        return drawn


def filled(**values: str) -> Card:
    """The values that are not empty."""
    return {name: value for name, value in values.items() if value}
