"""The demo: bot, sandbox, directory and list on this machine, until Ctrl-C. Nothing in it leaves 127.0.0.1."""

import csv
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import click

from bot.demo import memory, people
from integrations.hotel.standin import Hotel
from integrations.wecom.sandbox import server
from integrations.wecom.sandbox.settings import Settings

READY_WITHIN = 30.0
SHEET, CODES = "labels.html", "codes.csv"
WELCOME = """
  闭环演示已启动（全部在本机，不连企业微信）

  手机并排    {phones}/?who={who}
  印好的码    {phones}/sheet
  通信记录    {phones}/wire
  机器人      {bot}/readyz

  可以试试
  1  在李芳的手机上点「显示电话」，再点「接通」，选结果，按提示办完，点「确认反馈」
  2  再办一位，直接回复数字 5，写一句备注，点「确认反馈」，在疾控郑医生的手机上点「接收」
  3  打三次电话都点「未接」，回复 7（联系不上），点「采用草稿」，再「确认反馈」
  4  在王强的手机上发「待核实」，回复李芳正在办的那一位的数字，点「接手」
  5  另开终端：bihuan import contacts 名单.xlsx（环境变量见 {env}）
  6  一家五口只有三人在名单上：办完王*明后点「补充同住人员」，回复 5，再逐条发（点「继续补充」接下一位）：
       {baby}
       {grandmother}
     点「保存」；郑医生选「同户 2 人一起判」再点「判为密接」；李芳点「陪护申请」，请陈*华陪护王*宝
  7  反馈「需集中」且「愿意」后发「发放物品」，查到这一户点「发放物资并扫码绑定」，再从菜单「扫码绑定」拿一张印好的码
  8  发「通知转运」填好并确认；何调度「接单」「派车」；添加苏护送的手机，发「接人上车」，从菜单「扫码上车」逐个扫码，
     「完成接人」后在鹭岛前台的手机上点「确认接收」（酒店自己的系统由本机替身接收推送）

  按 Ctrl-C 结束；数据留在 {folder}，加 --reset 重来
"""


def run(folder: Path, port: int, bot_port: int, *, reset: bool) -> None:
    """Start everything, say where it is, stop everything on Ctrl-C or when the bot dies."""
    if port == bot_port:
        raise click.ClickException(f"手机和机器人不能用同一个端口 {port}；请用 --port / --bot-port 换一个")
    if reset and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number in (port, bot_port):
        _must_be_free(number)
    fresh = not (folder / "bihuan.sqlite3").exists()
    phones = server.create(Settings(port=port, members=people.members(), retry_delay=1.0))
    memory.recall(phones, folder)
    shared = secrets.token_hex(32)
    with phones, Hotel(shared, time.time) as hotel:
        bot_url = f"http://127.0.0.1:{bot_port}"
        phones.configure(f"{bot_url}/wecom/callback")
        env = _environment(folder, phones.url, bot_port, phones.settings)
        _bihuan(env, "migrate")
        _bihuan(env, "import", "directory", str(people.directory(folder / "directory", hotel.url, shared)))
        command = [sys.executable, "-m", "bot", "serve"]
        bot = subprocess.Popen(command, env={**os.environ, **env}, start_new_session=True)  # Ctrl-C is ours to pass on
        try:
            _wait_until_open(bot_port, bot)
            _bihuan(env, "menu", "publish")
            if fresh:
                _bihuan(env, "import", "contacts", str(people.workbook(folder)), accept=(0, 3))
            if not (folder / CODES).exists():
                _bihuan(env, "labels", "--count", "24", "--out", str(folder / SHEET), "--list", str(folder / CODES))
            _lay_out(phones, folder)
            who = ",".join(people.PHONES)
            where = {"phones": phones.url, "bot": bot_url, "env": folder / "env", "folder": folder}
            click.echo(WELCOME.format(who=who, **where, **people.MISSING))
            _until_stopped(bot)
        finally:
            bot.send_signal(signal.SIGTERM)
            bot.wait(timeout=20)
            memory.keep(phones, folder)


def _lay_out(phones: server.Sandbox, folder: Path) -> None:
    """Put the printed codes beside the phones: the sheet to look at, and the tray their scanners take from."""
    with (folder / CODES).open(encoding="utf-8", newline="") as lines:
        tray = [{"code": row["payload"], "label": row["code"]} for row in csv.DictReader(lines)]
    with phones.world.lock:
        phones.world.sheet = (folder / SHEET).read_text(encoding="utf-8")
        phones.world.book.printed = tray
        phones.world.publish("printed", data=tray)


def _environment(folder: Path, phones: str, bot_port: int, conf: Settings) -> dict[str, str]:
    """The bot's settings; the secret key is made once and kept with the data it seals."""
    key = folder / "secret-key"
    if not key.exists():
        key.write_text(secrets.token_hex(32), encoding="ascii")
        key.chmod(0o600)
    env = {
        "WECOM_CORP_ID": conf.corp_id,
        "WECOM_AGENT_ID": str(conf.agent_id),
        "WECOM_SECRET": conf.secret,
        "WECOM_TOKEN": conf.token,
        "WECOM_ENCODING_AES_KEY": conf.encoding_aes_key,
        "WECOM_API_BASE_URL": phones,
        "BIHUAN_DATABASE_URL": f"sqlite:///{folder / 'bihuan.sqlite3'}",
        "BIHUAN_HOST": "127.0.0.1",
        "BIHUAN_PORT": str(bot_port),
        "BIHUAN_SECRET_KEY": key.read_text(encoding="ascii"),
        "BIHUAN_RULES": str(people.FOLDER / "rules"),
        "BIHUAN_HOTEL_PRIVATE": "true",  # the hotel's system is a stand-in on this machine
    }
    (folder / "env").write_text("".join(f"export {name}={value}\n" for name, value in env.items()), encoding="utf-8")
    (folder / "env").chmod(0o600)
    return env


def _bihuan(env: Mapping[str, str], *words: str, accept: tuple[int, ...] = (0,)) -> None:
    """Run one command of the product itself, as an operator would."""
    done = subprocess.run([sys.executable, "-m", "bot", *words], env={**os.environ, **env}, check=False)
    if done.returncode not in accept:
        raise click.ClickException(f"bihuan {' '.join(words)} ended with {done.returncode}")


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"端口 {port} 被占用；请关闭占用它的程序，或用 --port / --bot-port 换一个"
            ) from None


def _wait_until_open(port: int, bot: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and bot.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise click.ClickException("机器人没有启动，原因见上面的输出")


def _until_stopped(bot: "subprocess.Popen[bytes]") -> None:
    """Wait for Ctrl-C, SIGTERM or the bot's end; asking again and again, for a signal can slip past a blocked wait."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores SIGINT unless it is asked for
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(0.2):
        if bot.poll() is not None:
            raise click.ClickException(f"机器人停了（{bot.returncode}）")
    click.echo("\n正在停止……")
