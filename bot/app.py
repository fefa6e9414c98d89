"""The composition root: the only file that knows everybody. Nothing is built at import time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from bot import flows
from bot.config import Settings
from bot.effects import Door, Ear, Effects
from bot.runner import Runner
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.state import rules, schema
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.token import DatabaseTokens
from bot.web import api, health, webhook
from bot.web.spool import Spool
from integrations.qr.worker import Reader

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock of the house."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Core:
    """What every command has: database, keys, scenarios, the desk."""

    store: Store
    keys: Keyring
    runner: Runner


@dataclass(frozen=True, slots=True)
class App:
    """A whole bot, built and not yet running."""

    core: Core
    web: Flask
    sender: Sender
    scheduler: Scheduler
    eye: Reader

    def start(self) -> None:
        """Start sender and scheduler in this process."""
        self.sender.start()
        self.scheduler.start()

    def stop(self) -> None:
        """Stop them, finishing what is under way."""
        self.scheduler.stop()
        self.sender.stop()
        self.eye.close()
        self.core.store.close()


def core(
    database_url: str,
    secret_key: str,
    rules_folder: Path,
    now: Clock = utc_now,
    spoke: Callable[[], object] = lambda: None,
    *,
    tells_cdc: bool = False,
) -> Core:
    """Database, keys, rules and the desk; `tells_cdc` where the CDC has a webhook."""
    store = Store(database_url)
    keys = Keyring(secret_key.split(","))
    packs = rules.load(rules_folder)
    return Core(store, keys, Runner(store, keys, flows.discover(), packs, now, spoke, tells_cdc=tells_cdc))


def build(settings: Settings, now: Clock = utc_now) -> App:
    """Put the whole bot together from its settings."""
    from integrations.wecom.client import WeCom
    from integrations.wecom.crypto import Envelope
    from integrations.wecom.tokens import Token

    secret = settings.bihuan_secret_key.get_secret_value()
    made: list[Sender] = []
    ear = _ear(settings, now)
    house = core(
        settings.bihuan_database_url,
        secret,
        settings.bihuan_rules,
        now,
        lambda: made[0].wake.set() if made else None,
        tells_cdc=ear is not None,
    )
    tokens = DatabaseTokens(house.store, house.keys, Token)
    wecom = WeCom(
        settings.wecom_api_base_url,
        settings.wecom_corp_id,
        settings.wecom_secret.get_secret_value(),
        settings.wecom_agent_id,
        tokens,
    )
    eye = Reader()
    effects = Effects(house.store, house.keys, house.runner, wecom, now, ear, eye, hotels(settings, now))
    made.append(Sender(house.store, house.keys, effects, now))
    envelope = Envelope(
        settings.wecom_token.get_secret_value(),
        settings.wecom_encoding_aes_key.get_secret_value(),
        settings.wecom_corp_id,
        settings.wecom_agent_id,
    )
    spool = Spool(settings.data_folder / "spool")
    door = webhook.Door(envelope, house.runner.handle, spool, now)
    scheduler = Scheduler(house.store, house.keys, house.runner.handle, lambda: spool.drain(door.replay), now)
    cdc = api.Door(house.runner, settings.bihuan_api_token.get_secret_value())
    return App(house, _web(door, cdc, house.store), made[0], scheduler, eye)


def _ear(settings: Settings, now: Clock) -> Ear | None:
    """The CDC's webhook, where the operator has given its address."""
    from integrations.webhooks.client import Webhook

    if not settings.bihuan_cdc_webhook_url:
        return None
    key = settings.bihuan_cdc_webhook_key.get_secret_value()
    return Webhook(settings.bihuan_cdc_webhook_url, key, lambda: now().timestamp())


def hotels(settings: Settings, now: Clock) -> Door:
    """The hotels' own systems: their addresses come from a file, so they are public unless the operator allows more."""
    from integrations.webhooks.client import Webhook

    only_public = not settings.bihuan_hotel_private
    return lambda url, key: Webhook(url, key, lambda: now().timestamp(), only_public=only_public)


def publish_menu(settings: Settings) -> int:
    """Publish the menu's entries that some scenario answers; how many there are. Raises `WeComError`."""
    from cards import menu
    from integrations.wecom.client import WeCom
    from integrations.wecom.tokens import MemoryTokens

    scenarios = flows.discover()
    drawn = menu.draw(lambda word: scenarios.word(word) is not None)
    secret = settings.wecom_secret.get_secret_value()
    wecom = WeCom(settings.wecom_api_base_url, settings.wecom_corp_id, secret, settings.wecom_agent_id, MemoryTokens())
    wecom.create_menu(drawn)
    return sum(len(group["sub_button"]) for group in drawn["button"])


def _web(door: webhook.Door, cdc: api.Door, store: Store) -> Flask:
    web = Flask("bihuan", static_folder=None)
    web.register_blueprint(webhook.blueprint(door))
    web.register_blueprint(api.blueprint(cdc))
    web.register_blueprint(health.blueprint(lambda: schema.problems(store)))
    return web
