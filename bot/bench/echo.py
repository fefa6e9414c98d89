"""The baseline of every tap: the echo bot people write first, wechatpy + Flask, behind the very server Bihuan uses.

It decrypts, parses, seals an answer; it has no database, no permission, no memory. Run as a process: PORT THREADS.
"""

import sys
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, request
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from bot import serving
from integrations.wecom.sandbox.settings import Settings

if TYPE_CHECKING:
    from bot.app import App


class Echo:
    """What `serving.run` needs of a bot."""

    def __init__(self) -> None:
        self.web = Flask(__name__, static_folder=None)
        self._crypto = WeChatCrypto(Settings.token, Settings.encoding_aes_key, Settings.corp_id)
        self.web.add_url_rule("/wecom/callback", view_func=self.receive, methods=["POST"])

    def receive(self) -> Response:
        """Answer a text with the same text, sealed."""
        given = request.args
        xml = self._crypto.decrypt_message(
            request.get_data(), given["msg_signature"], given["timestamp"], given["nonce"]
        )
        message = parse_message(xml)
        reply = TextReply(content=message.content, message=message).render()
        sealed = self._crypto.encrypt_message(reply, given["nonce"], given["timestamp"])
        return Response(sealed, mimetype="application/xml")

    def start(self) -> None:
        """Nothing runs beside the web."""

    def stop(self) -> None:
        """Nothing to stop."""


if __name__ == "__main__":
    serving.run(lambda: cast("App", Echo()), "127.0.0.1", int(sys.argv[1]), int(sys.argv[2]))
