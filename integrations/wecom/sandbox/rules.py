"""What the platform refuses, in its order (pages 90236, 94888): requests in, checked values or Refused out."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from integrations.wecom.sandbox import card_rules
from integrations.wecom.sandbox.errcode import Refused

Json = dict[str, Any]
FOUR_HOURS = 14_400
SEND_FIELDS = {
    "touser", "toparty", "totag", "msgtype", "agentid", "safe", "enable_id_trans",
    "enable_duplicate_check", "duplicate_check_interval",
}  # fmt: skip
MEDIA_KINDS = ("image", "voice", "video", "file")
KINDS = frozenset({"text", "markdown", "textcard", "news", "template_card", *MEDIA_KINDS})


class Facts(Protocol):
    """What the rules must know about the world; `world.World` answers."""

    @property
    def agent_id(self) -> int: ...

    def has_callback(self) -> bool: ...

    def is_task_taken(self, task_id: str) -> bool: ...

    def has_media(self, media_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a message is for, as asked: nothing has been looked up yet."""

    users: tuple[str, ...]
    parties: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def everyone(self) -> bool:
        return self.users == ("@all",)


@dataclass(frozen=True, slots=True)
class Sending:
    """A message/send request that broke no rule of form."""

    kind: str
    to: Addressed
    content: Json
    task_id: str = ""
    translate: bool = False
    once_within: int = 0
    notes: list[str] = field(default_factory=list)


def send(body: Json, facts: Facts) -> Sending:
    """Check a message/send body; raises Refused with the first rule broken."""
    notes = [f"{name}: unknown field, ignored" for name in sorted(set(body) - SEND_FIELDS - {str(body.get("msgtype"))})]
    _agent(body, facts, notes)
    to = addressed(body)
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refused(40008, f"msgtype: {kind!r}")
    content = body.get(kind)
    if not isinstance(content, dict):
        raise Refused(44004 if kind == "text" else 41016, f"{kind}: missing", mistyped=content is not None)
    task_id = ""
    if kind == "template_card":
        task_id = _card(content, facts, notes)
    else:
        content = _plain(kind, content, facts, notes)
    return Sending(kind, to, content, task_id, body.get("enable_id_trans") == 1, _once_within(body), notes)


def _agent(body: Json, facts: Facts, notes: list[str]) -> None:
    agent = body.get("agentid")
    if agent is None or agent == "":
        raise Refused(41011, "agentid: missing")
    if isinstance(agent, str) and agent.isdecimal():
        notes.append("agentid: sent as text, documented as a number")
        agent = int(agent)
    if isinstance(agent, bool) or not isinstance(agent, int):
        raise Refused(40056, "agentid: must be a number", mistyped=True)
    if agent != facts.agent_id:
        raise Refused(301002, f"agentid: {agent} does not belong to this token")


def _once_within(body: Json) -> int:
    if body.get("enable_duplicate_check") != 1:
        return 0
    interval = body.get("duplicate_check_interval", 1800)
    if isinstance(interval, bool) or not isinstance(interval, int) or not 0 < interval <= FOUR_HOURS:
        raise Refused(40058, "duplicate_check_interval: 1 to 14400 seconds", mistyped=not isinstance(interval, int))
    return interval


def addressed(body: Json) -> Addressed:
    """Split the three `a|b|c` lists and check their sizes."""
    users, parties, tags = (_bar_list(body, name) for name in ("touser", "toparty", "totag"))
    if not (users or parties or tags):
        raise Refused(82001, "touser, toparty, totag: all empty")
    if len(parties) > 100:
        raise Refused(82002, f"toparty: {len(parties)}, 100 allowed")
    if len(tags) > 100:
        raise Refused(82003, f"totag: {len(tags)}, 100 allowed")
    if len(users) > 1000:
        raise Refused(40032, f"touser: {len(users)}, 1000 allowed")
    return Addressed(users, parties, tags)


def _bar_list(body: Json, name: str) -> tuple[str, ...]:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Refused(40058, f"{name}: text with | between ids", mistyped=True)
    return tuple(dict.fromkeys(part.strip() for part in value.split("|") if part.strip()))


def _card(card: Json, facts: Facts, notes: list[str]) -> str:
    """Card type, task_id, callback address, then the fields: the order of WECOM.md §14."""
    if not _is_card_type(card.get("card_type")):
        raise Refused(42031, f"card_type: {card.get('card_type')!r}")
    task_id = card.get("task_id", "")
    if task_id or card_rules.is_callback(card):
        if not isinstance(task_id, str) or not card_rules.TASK_ID.fullmatch(task_id):
            raise Refused(42014, "task_id: 1-128 of letters, digits, _ - @", mistyped=not isinstance(task_id, str))
        if facts.is_task_taken(task_id):
            raise Refused(42014, f"task_id: {task_id} was used before")
    if card_rules.is_callback(card) and not facts.has_callback():
        raise Refused(43012, "the app has no callback URL")
    card_rules.check(card, notes)
    return str(task_id)


def _is_card_type(value: Any) -> bool:
    return isinstance(value, str) and value in card_rules.FIELDS


# --- the other kinds, as far as a bot of ours may use them ----------------------------------------


def _plain(kind: str, content: Json, facts: Facts, notes: list[str]) -> Json:
    if kind == "text":
        return _text(content, notes)
    if kind == "markdown":
        return _markdown(content)
    if kind == "textcard":
        return _textcard(content)
    if kind == "news":
        return _news(content)
    if not content.get("media_id"):
        raise Refused(41006, f"{kind}.media_id: missing")
    if not facts.has_media(str(content["media_id"])):
        raise Refused(40007, f"{kind}.media_id: unknown, or older than three days")
    return content


def _words(content: Json, where: str) -> str:
    value = content.get("content")
    if value is not None and not isinstance(value, str):
        raise Refused(44004, f"{where}.content: must be text", mistyped=True)
    if not value or not value.strip():
        raise Refused(44004, f"{where}.content: empty")
    return value


def _text(content: Json, notes: list[str]) -> Json:
    words = _words(content, "text")
    if len(words.encode()) > 2048:
        notes.append(f"text.content: {len(words.encode())} bytes, cut at 2048")
        words = clip(words, 2048)
    return {"content": words}


def _markdown(content: Json) -> Json:
    words = _words(content, "markdown")
    if len(words.encode()) > 2048:
        raise Refused(45002, f"markdown.content: {len(words.encode())} bytes, 2048 allowed")
    return {"content": words}


def _textcard(content: Json) -> Json:
    for name, code in (("title", 41016), ("description", 41033), ("url", 41010)):
        if not content.get(name):
            raise Refused(code, f"textcard.{name}: missing")
    _link(str(content["url"]), "textcard.url")
    return {**content, "title": str(content["title"])[:128], "description": str(content["description"])[:512]}


def _news(content: Json) -> Json:
    articles = content.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refused(40058, "news.articles: 1 to 8", mistyped=True)
    if len(articles) > 8:
        raise Refused(45008, f"news.articles: {len(articles)}, 8 allowed")
    for article in articles:
        if not isinstance(article, dict) or not article.get("title"):
            raise Refused(41016, "news.articles.title: missing")
        if not article.get("url") and not (article.get("appid") and article.get("pagepath")):
            raise Refused(41010, "news.articles.url: missing")
    return content


def _link(url: str, where: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise Refused(45034, f"{where}: must start with http:// or https://")
    if len(url.encode()) > 2048:
        raise Refused(40039, f"{where}: longer than 2048 bytes")


def clip(text: str, limit: int) -> str:
    """Cut UTF-8 text to `limit` bytes as the platform does: never inside a character, and without a mark."""
    return text.encode()[:limit].decode(errors="ignore")


# --- message/update_template_card (94888) ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Updating:
    """An update request of correct form: grey the buttons with `replace`, or put `card` in its place."""

    code: str
    users: tuple[str, ...]
    parties: tuple[int, ...]
    tags: tuple[int, ...]
    everyone: bool
    replace: str = ""
    card: Json | None = None
    notes: list[str] = field(default_factory=list)


def update(body: Json, facts: Facts) -> Updating:
    """Check an update_template_card body; the response code itself is the world's to judge."""
    notes: list[str] = []
    try:
        _agent(body, facts, notes)
    except Refused as refusal:
        raise Refused(42015 if refusal.code == 301002 else refusal.code, refusal.where) from None
    code = body.get("response_code")
    if not isinstance(code, str) or not code:
        raise Refused(60140, "response_code: missing")
    users, parties, tags = _updated(body)
    card, replace = _new_look(body, notes)
    return Updating(code, users, parties, tags, body.get("atall") == 1, replace, card, notes)


def _updated(body: Json) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    users, parties, tags = (body.get(name) or [] for name in ("userids", "partyids", "tagids"))
    for name, value, kind in (("userids", users, str), ("partyids", parties, int), ("tagids", tags, int)):
        if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
            raise Refused(40058, f"{name}: must be an array", mistyped=True)
    if len(users) > 1000 or len(parties) > 100 or len(tags) > 100:
        raise Refused(40058, "userids at most 1000, partyids and tagids at most 100")
    if not (users or parties or tags or body.get("atall") == 1):
        raise Refused(82101, "userids, partyids, tagids, atall: nobody named")
    return tuple(users), tuple(parties), tuple(tags)


def _new_look(body: Json, notes: list[str]) -> tuple[Json | None, str]:
    card, button = body.get("template_card"), body.get("button")
    if card is None and button is None:
        raise Refused(40063, "button or template_card: one is required")
    if card is None:
        name = button.get("replace_name") if isinstance(button, dict) else None
        if not isinstance(name, str) or not name:
            raise Refused(42020, "button.replace_name: missing", mistyped=not isinstance(name, str | None))
        return None, name
    if not isinstance(card, dict) or not _is_card_type(card.get("card_type")):
        raise Refused(42031, "template_card.card_type: not one of the five")
    if "task_id" in card:
        notes.append("template_card.task_id: not a field of an update, ignored; the old one stays")
    card_rules.check(card, notes, updating=True)
    replace = card.get("replace_text") or ""
    if not isinstance(replace, str):
        raise Refused(40058, "template_card.replace_text: must be text", mistyped=True)
    if replace and card["card_type"] not in card_rules.INTERACTIVE:
        notes.append(f"replace_text: not a field of {card['card_type']}; ignored")
        replace = ""
    return card, replace
