"""What can go wrong with a call to WeCom, in four classes that say what to do; and the table of its error codes.

No message, `repr` or cause in here ever holds a secret, a token, an address or a member's data: texts come from the
table, and of WeCom's own `errmsg` only the trace id and the caller's IP survive.
"""

import re
from typing import NamedTuple


class WeComError(Exception):
    """A call that did not go through. `code` is WeCom's errcode, an HTTP status, or 0 when nothing answered."""

    def __init__(self, code: int, meaning: str, cure: str = "", trace: str = "") -> None:
        super().__init__(code, meaning)
        self.code = code
        self.meaning = meaning
        self.cure = cure
        """For operators, in Chinese: what is the matter and where to mend it; `""` when there is nothing to do."""
        self.trace = trace
        """WeCom's hint id and the IP it saw: what its support, or the list of trusted IPs, needs."""

    def __str__(self) -> str:
        return f"{self.code} {self.meaning}" + (f" ({self.trace})" if self.trace else "")


class Busy(WeComError):
    """Not taken; the same call may be made again after `retry_after` seconds."""

    def __init__(
        self,
        code: int,
        meaning: str,
        cure: str = "",
        trace: str = "",
        *,
        retry_after: float = 60,
        channel: bool = False,
    ) -> None:
        super().__init__(code, meaning, cure, trace)
        self.retry_after = retry_after
        self.channel = channel
        """Whether all calls must wait, not only this one."""


class Refused(WeComError):
    """Not taken, and never will be as it stands."""


class Ambiguous(WeComError):
    """Nobody knows whether it was taken: repeat only with the same task id or with the duplicate check on."""


class Down(WeComError):
    """Surely not taken, through no fault of this call: no connection, or the whole app is being refused.

    What waits may be sent once the channel or the setting is mended.
    """


class Row(NamedTuple):
    """One line of the table."""

    kind: type[WeComError]
    meaning: str
    cure: str = ""
    retry_after: float = 0.0
    channel: bool = False


TOKEN_CODES = frozenset({40001, 40014, 42001})
"""On an API call: worth one fresh token and one repetition (page 91039)."""

# Page 90313 with its help texts. `Down` marks what refuses the whole app, so that nothing queued is given up for it.
TABLE: dict[int, Row] = {
    -1: Row(Busy, "system busy", retry_after=2),
    6000: Row(Busy, "concurrent modification", retry_after=1),
    45035: Row(Busy, "conflict between concurrent operations", retry_after=1),
    45009: Row(Busy, "call limit reached", "接口调用超过频率限制，自动暂停后继续", 60, channel=True),
    45033: Row(Busy, "too many calls at once", "接口并发超过限制，请减少发送线程", 60, channel=True),
    45036: Row(Busy, "data access limit reached", "数据访问超过限制，自动暂停后继续", 60, channel=True),
    # The whole app
    40001: Row(Down, "secret wrong, or app disabled", "Secret 不正确或应用已停用，请在管理后台重新复制应用 Secret"),
    40013: Row(Down, "corp id invalid", "企业ID不正确，请在「我的企业」页核对"),
    40014: Row(Down, "access token invalid", "令牌刷新后仍被拒绝，请核对应用 Secret"),
    40056: Row(Down, "agent id invalid", "AgentId 不正确，请在应用详情页核对"),
    40091: Row(Down, "secret not valid for this corp", "Secret 与企业不符，请重新复制应用 Secret"),
    41001: Row(Down, "access token missing", "请求未带令牌，请检查出口代理是否删改网址参数"),
    41002: Row(Down, "corp id missing", "未填写企业ID"),
    41004: Row(Down, "secret missing", "未填写应用 Secret"),
    42001: Row(Down, "access token expired", "令牌刷新后仍过期，请核对服务器时间和应用 Secret"),
    45031: Row(Down, "secret considered unsafe", "Secret 存在泄露风险，请在管理后台重置"),
    48004: Row(Down, "authorisation invalid", "应用授权失效，请在管理后台检查应用状态"),
    48006: Row(Down, "API revoked for inactivity", "接口权限因长期未用被收回，请在管理后台重新开通"),
    48010: Row(Down, "TLS version not supported", "服务器 TLS 版本过低，请升级 OpenSSL"),
    50003: Row(Down, "app disabled", "应用已停用，请在管理后台启用"),
    60020: Row(Down, "caller's IP not trusted", "服务器IP未加入可信IP，请在应用详情页「企业可信IP」中添加"),
    60031: Row(Down, "app barred from the API", "应用被禁止调用接口，请联系企业微信客服"),
    301002: Row(Down, "agent id does not belong to the token", "AgentId 与 Secret 不是同一个应用，请核对"),
    301007: Row(Down, "corp dissolved or banned", "企业不可用（已解散或被封禁）"),
    # Settings that stop some calls only
    43012: Row(Refused, "card needs a callback URL", "应用未配置「接收消息」服务器，无法发送可点击的卡片"),
    48002: Row(Refused, "API not allowed for this app", "应用没有调用该接口的权限"),
    50002: Row(Refused, "member outside the scope", "成员不在应用权限范围内"),
    60011: Row(Refused, "no privilege over that member", "应用无权操作该成员，请检查可见范围"),
    # Recipients
    40003: Row(Refused, "userid invalid", "成员账号不正确"),
    40031: Row(Refused, "list of userids invalid", "成员账号列表不正确"),
    40032: Row(Refused, "list of userids too long", "一次发送的成员过多"),
    46004: Row(Refused, "member does not exist", "成员不存在"),
    60021: Row(Refused, "member not in visible range", "成员不在应用可见范围，请在管理后台添加"),
    60111: Row(Refused, "userid does not exist", "成员账号不存在，请核对通讯录"),
    81013: Row(Refused, "no recipient valid or in range", "接收人均无效或不在应用可见范围，请在管理后台添加"),
    82001: Row(Refused, "no recipient named", "未指定接收人"),
    82101: Row(Refused, "update names no member", "更新卡片未指定成员"),
    82102: Row(Refused, "update names members who never got the card", "更新的成员不是该卡片的接收人"),
    # Messages
    40008: Row(Refused, "message type invalid"),
    40033: Row(Refused, "escaped characters in the body"),
    40035: Row(Refused, "parameter invalid"),
    40058: Row(Refused, "parameter invalid or too long"),
    40063: Row(Refused, "parameter empty"),
    40201: Row(Refused, "content blocked as spam or illegal", "内容被安全策略拦截"),
    40204: Row(Refused, "content blocked as spam or illegal", "内容被安全策略拦截"),
    82004: Row(Refused, "content blocked as spam or illegal", "内容被安全策略拦截"),
    40206: Row(Refused, "body too large"),
    41016: Row(Refused, "title missing, or payload does not match the message type"),
    44004: Row(Refused, "text empty"),
    45002: Row(Refused, "message too large"),
    42052: Row(Refused, "message too old to recall", "消息已超过24小时，不能撤回"),
    # Cards (pages 90236, 94888)
    42014: Row(Refused, "card task id used before, empty or too long"),
    42015: Row(Refused, "card belongs to another app"),
    42016: Row(Refused, "card to update does not exist"),
    42027: Row(Refused, "card: horizontal_content_list.keyname missing"),
    42028: Row(Refused, "card: url missing"),
    42029: Row(Refused, "card: horizontal media_id missing"),
    42030: Row(Refused, "card: appid missing"),
    42031: Row(Refused, "card: card_type illegal"),
    42033: Row(Refused, "card: title missing"),
    42035: Row(Refused, "card: horizontal list too long"),
    42036: Row(Refused, "card: vertical list too long"),
    42037: Row(Refused, "card: option list length"),
    42038: Row(Refused, "card: button text missing or illegal"),
    42039: Row(Refused, "card: button key missing or illegal"),
    42040: Row(Refused, "card: option id missing or illegal"),
    42041: Row(Refused, "card: option text missing or illegal"),
    42042: Row(Refused, "card: jump list too long"),
    42043: Row(Refused, "card: question_key missing or illegal"),
    42044: Row(Refused, "card: card_image.url"),
    42045: Row(Refused, "card: card_action missing or illegal"),
    42046: Row(Refused, "card: submit_button key"),
    42047: Row(Refused, "card: select list length"),
    42049: Row(Refused, "card: submit_button text"),
    42050: Row(Refused, "card: horizontal userid"),
    42051: Row(Refused, "card: action_menu keys clash"),
    60140: Row(Refused, "response code used or expired", "卡片更新凭证已用过或已过72小时，请成员重新点击"),
    # Media
    40004: Row(Refused, "media type illegal"),
    40006: Row(Refused, "file size illegal"),
    40007: Row(Refused, "media id invalid or expired", "素材不存在或已超过3天，请重新发送图片"),
    40145: Row(Refused, "media expired", "素材已超过3天，请重新发送图片"),
    40009: Row(Refused, "image size illegal"),
    40123: Row(Refused, "image damaged", "图片已损坏，请重新发送"),
    44001: Row(Refused, "media empty"),
    45001: Row(Refused, "media too large", "文件过大"),
    830002: Row(Refused, "file larger than 20 MB", "文件超过 20MB"),
    # Menu (page 90231)
    40016: Row(Refused, "menu: number of buttons"),
    40018: Row(Refused, "menu: name too long"),
    40019: Row(Refused, "menu: key too long"),
    40020: Row(Refused, "menu: url too long"),
    46003: Row(Refused, "no menu has been made", "应用尚未创建菜单"),
}

WHOLE_APP = frozenset(code for code, row in TABLE.items() if row.kind is Down)
"""WeCom will say the same to every other call until an operator has mended it."""

_UNKNOWN = Row(Refused, "error code not in our table")
_HINT = re.compile(r"hint: ?\[([0-9A-Za-z_]{1,80})\]")
_IP = re.compile(r"from ip: ?([0-9a-fA-F.:]{3,45})")


def of(code: int, errmsg: str = "") -> WeComError:
    """Give the error for an errcode. Of `errmsg`, whose words WeCom may change at will, only ids are kept."""
    row = TABLE.get(code, _UNKNOWN)
    trace = _trace(errmsg)
    if row.kind is Busy:
        return Busy(code, row.meaning, row.cure, trace, retry_after=row.retry_after, channel=row.channel)
    return row.kind(code, row.meaning, row.cure, trace)


def of_status(status: int, changes: bool) -> WeComError:
    """Give the error for an HTTP status other than 200; `changes`: whether the call would have changed anything."""
    if status == 429:
        return Busy(
            status, "HTTP: too many requests", "接口调用超过频率限制，自动暂停后继续", retry_after=60, channel=True
        )
    if status >= 500 and changes:
        return Ambiguous(status, "HTTP: server failed after the call was sent")
    return Down(status, "HTTP: not answered by the API", "请检查 WeCom 接口地址和出口代理")


def _trace(errmsg: str) -> str:
    found = (("hint", _HINT.search(errmsg)), ("from ip", _IP.search(errmsg)))
    return ", ".join(f"{name} {match[1]}" for name, match in found if match)
