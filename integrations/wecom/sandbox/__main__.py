"""`python -m integrations.wecom.sandbox --port 8400 --callback http://127.0.0.1:8000/wecom`: a sandbox by itself."""

import signal
import threading
from types import FrameType

import click

from integrations.wecom.sandbox import server, settings


@click.command()
@click.option("--port", default=8400, show_default=True, help="Port on 127.0.0.1; 0 takes any free one.")
@click.option("--callback", default=None, help="The bot's callback address on this machine.")
@click.option("--corp-id", default=settings.Settings.corp_id, show_default=True)
@click.option("--agent-id", default=settings.Settings.agent_id, show_default=True)
@click.option("--secret", default=settings.Settings.secret, show_default=True)
@click.option("--token", default=settings.Settings.token, show_default=True)
@click.option("--encoding-aes-key", default=settings.Settings.encoding_aes_key, show_default=True)
@click.option("--member", "members", multiple=True, metavar="USERID=NAME", help="A member; may be repeated.")
def main(
    *, port: int, callback: str | None, corp_id: str, agent_id: int, secret: str, token: str, encoding_aes_key: str,
    members: tuple[str, ...],
) -> None:  # fmt: skip
    """Start the sandbox and stay until Ctrl-C."""
    try:
        conf = settings.Settings(
            port=port, callback_url=callback, corp_id=corp_id, agent_id=agent_id, secret=secret, token=token,
            encoding_aes_key=encoding_aes_key, members=tuple(_member(text) for text in members),
        )  # fmt: skip
    except settings.BadSetting as error:
        raise click.UsageError(str(error)) from error
    with server.create(conf) as sandbox:
        click.echo(f"沙盒 {sandbox.url}/ · wire log {sandbox.url}/wire · WECOM_API_BASE_URL={sandbox.url}")
        _until_stopped()


def _member(text: str) -> settings.Member:
    userid, _, name = text.partition("=")
    return settings.Member(userid, name or userid)


def _until_stopped() -> None:
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    stopped.wait()


if __name__ == "__main__":
    main()
