"""The platform's refusals: a code, its short English text, and the shape the real errmsg has (page 90313)."""

import random

MEANINGS = {
    -1: "system busy",
    6000: "concurrent modification, please retry",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid type parameter",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40011: "invalid video size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40032: "invalid userid list size",
    40035: "invalid parameter",
    40039: "invalid url size",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    40063: "some parameters are empty",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41009: "userid missing",
    41010: "url missing",
    41011: "missing agentid",
    41016: "missing title",
    41033: "missing description",
    42001: "access_token expired",
    42014: "taskid existed or empty or exceed max length",
    42015: "agentid of updating is not the sending agent",
    42017: "button key is not exist",
    42020: "missing button name",
    42027: "missing keyname in horizontal_content_list",
    42028: "missing url",
    42029: "missing media_id in horizontal_content_list",
    42030: "missing appid",
    42031: "invalid card_type",
    42033: "missing title in card list",
    42035: "invalid horizontal_content_list size",
    42036: "invalid vertical_content_list size",
    42037: "invalid option_list size",
    42038: "invalid button text",
    42039: "invalid button key",
    42040: "invalid option id",
    42041: "invalid option text",
    42042: "invalid jump_list size",
    42043: "invalid question_key",
    42044: "invalid card_image url",
    42045: "invalid card_action",
    42046: "invalid submit_button key",
    42047: "invalid select_list size",
    42049: "invalid submit_button text",
    42050: "missing userid in horizontal_content_list",
    42051: "action_menu key conflict",
    42052: "msgid is too old to recall",
    43012: "agent needs a callback url",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    45034: "url must start with http:// or https://",
    46003: "no menu",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60140: "invalid response_code, it may be expired",
    81013: "user & party & tag all invalid",
    82001: "touser, toparty and totag are all empty",
    82002: "too many parties",
    82003: "too many tags",
    82101: "update range is empty",
    82102: "update range is not part of the message",
    301002: "no permission of the agent",
    301017: "voice must be amr",
}
WRONG_JSON = "Warning: wrong json format. "


class Refused(Exception):
    """The platform says no. `where` names the offending field for the wire log; the real errmsg does not tell it."""

    def __init__(self, code: int, where: str = "", *, mistyped: bool = False) -> None:
        super().__init__(f"{code} {MEANINGS.get(code, 'refused')}: {where}")
        self.code = code
        self.where = where
        self.mistyped = mistyped


def message(code: int, now: float, rng: random.Random, *, wrong_json: bool = False) -> str:
    """The errmsg in the real shape, with a hint number nobody can predict, so that nobody parses it."""
    text = MEANINGS.get(code, "refused")
    hint = f"{int(now)}{rng.randrange(10**15):015d}"
    return (
        f"{WRONG_JSON if wrong_json else ''}{text}, hint: [{hint}], from ip: 127.0.0.1, "
        f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    )
