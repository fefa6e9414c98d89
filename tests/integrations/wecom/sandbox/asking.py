"""Calling the sandbox as the bot does, and sample requests that break no rule."""

import copy
from typing import Any

import requests

from integrations.wecom.sandbox import server

Json = dict[str, Any]

CARDS: dict[str, Json] = {
    "text_notice": {
        "card_type": "text_notice",
        "task_id": "notice-1",
        "source": {"desc": "幸福社区・日报", "desc_color": 0},
        "action_menu": {"desc": "更多", "action_list": [{"text": "今天不再提醒", "key": "mute"}]},
        "main_title": {"title": "10:00 进度", "desc": "统计自 00:00"},
        "quote_area": {"type": 1, "url": "http://127.0.0.1/q", "title": "说明", "quote_text": "口径不变"},
        "emphasis_content": {"title": "37 / 52", "desc": "已完成 / 全部"},
        "sub_title_text": "超时 3 人，最久 46 分钟。",
        "horizontal_content_list": [
            {"keyname": "待核实", "value": "8"},
            {"keyname": "名单", "value": "名单.xlsx", "type": 2, "media_id": "m"},
            {"keyname": "组长", "value": "陈静", "type": 3, "userid": "chen.jing"},
        ],
        "jump_list": [
            {"type": 1, "title": "查看超时名单", "url": "http://127.0.0.1/late"},
            {"title": "以上为今日数据"},
        ],
        "card_action": {"type": 1, "url": "http://127.0.0.1/board"},
    },
    "news_notice": {
        "card_type": "news_notice",
        "main_title": {"title": "防护服穿脱要点"},
        "card_image": {"url": "https://pictures.invalid/a.png", "aspect_ratio": 1.6},
        "image_text_area": {
            "type": 1,
            "url": "http://127.0.0.1/a",
            "title": "图解",
            "image_url": "https://x.invalid/b.png",
        },
        "vertical_content_list": [{"title": "一", "desc": "洗手"}],
        "card_action": {"type": 1, "url": "http://127.0.0.1/board"},
    },
    "button_interaction": {
        "card_type": "button_interaction",
        "task_id": "button-1",
        "main_title": {"title": "领料审批", "desc": "韩梅 申请"},
        "horizontal_content_list": [{"keyname": "物料", "value": "手套"}],
        "button_selection": {
            "question_key": "why",
            "title": "原因",
            "option_list": [{"id": "r1", "text": "正常"}, {"id": "r2", "text": "加急"}],
        },
        "button_list": [{"text": "同意", "style": 1, "key": "yes"}, {"text": "驳回", "style": 2, "key": "no"}],
    },
    "vote_interaction": {
        "card_type": "vote_interaction",
        "task_id": "vote-1",
        "main_title": {"title": "谁在家", "desc": "可多选"},
        "checkbox": {
            "question_key": "home",
            "mode": 1,
            "option_list": [
                {"id": "1", "text": "张一", "is_checked": True},
                {"id": "2", "text": "李二", "is_checked": False},
                {"id": "3", "text": "王三", "is_checked": False},
            ],
        },
        "submit_button": {"text": "提交", "key": "vote"},
    },
    "multiple_interaction": {
        "card_type": "multiple_interaction",
        "task_id": "multi-1",
        "main_title": {"title": "核实反馈"},
        "select_list": [
            {
                "question_key": "info",
                "title": "个人信息",
                "option_list": [{"id": "0", "text": "请选择"}, {"id": "1", "text": "一致"}],
            },
            {
                "question_key": "result",
                "title": "反馈结果",
                "selected_id": "b",
                "option_list": [{"id": "a", "text": "居住本辖区"}, {"id": "b", "text": "联系不上"}],
            },
        ],
        "submit_button": {"text": "提交反馈", "key": "form"},
    },
}


def card(kind: str, **changes: Any) -> Json:
    """A fresh good card of a kind, with top-level fields replaced; None takes a field away."""
    made = copy.deepcopy(CARDS[kind])
    made.update(changes)
    return {name: value for name, value in made.items() if value is not None}


class Api:
    """The bot's side of /cgi-bin, with a token that is good."""

    def __init__(self, sandbox: server.Sandbox) -> None:
        self.sandbox = sandbox
        self.token = ""
        self._cards = 0

    def gettoken(self, **args: str) -> Json:
        conf = self.sandbox.settings
        query = {"corpid": conf.corp_id, "corpsecret": conf.secret, **args}
        answer: Json = requests.get(f"{self.sandbox.url}/cgi-bin/gettoken", params=query, timeout=10).json()
        self.token = answer.get("access_token", self.token)
        return answer

    def call(self, endpoint: str, body: Any = None, **query: Any) -> Json:
        """POST JSON (or GET without a body) and read the JSON answer."""
        answer: Json = self.raw(endpoint, body, **query).json()
        return answer

    def raw(self, endpoint: str, body: Any = None, **query: Any) -> requests.Response:
        if not self.token:
            self.gettoken()
        method = "GET" if body is None else "POST"
        query = {"access_token": self.token, **query}
        return requests.request(method, f"{self.sandbox.url}/cgi-bin/{endpoint}", params=query, json=body, timeout=10)

    def send(self, users: str, kind: str, content: Json, **fields: Any) -> Json:
        return self.call(
            "message/send", {"touser": users, "agentid": 1000002, "msgtype": kind, kind: content, **fields}
        )

    def send_text(self, users: str, words: str, **fields: Any) -> Json:
        return self.send(users, "text", {"content": words}, **fields)

    def send_card(self, users: str, kind: str, **changes: Any) -> Json:
        """A good card with a task_id of its own (unless the changes bring one)."""
        self._cards += 1
        return self.send(users, "template_card", card(kind, **{"task_id": f"card-{self._cards}", **changes}))

    def update(self, users: list[str], response_code: str, **look: Any) -> Json:
        body = {"userids": users, "agentid": 1000002, "response_code": response_code, **look}
        return self.call("message/update_template_card", body)

    def grey(self, users: list[str], response_code: str, words: str = "已处理") -> Json:
        return self.update(users, response_code, button={"replace_name": words})

    def control(self, path: str, body: Any = None, method: str = "") -> Any:
        """The control API; raises for a refusal."""
        verb = method or ("GET" if body is None else "POST")
        answer = requests.request(verb, f"{self.sandbox.url}/control/{path}", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()
