"""What supervisors ask: does the process answer, can it work, what has it counted."""

from pathlib import Path

import requests

from bot.state import schema
from bot.state.store import Store
from tests import databases
from tests.world import World


def test_a_working_bot_is_healthy_and_ready(house: World) -> None:
    alive = requests.get(f"{house.url}/healthz", timeout=10)
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    ready = requests.get(f"{house.url}/readyz", timeout=10)
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "problems": []})


def test_a_bot_without_wecom_is_still_ready(house: World) -> None:
    house.sandbox.configure(None)
    try:
        assert requests.get(f"{house.url}/readyz", timeout=10).status_code == 200
    finally:
        house.sandbox.configure(f"{house.url}/wecom/callback")


def test_a_database_that_is_behind_is_not_ready_and_the_cure_is_named(tmp_path: Path) -> None:
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as world:
            store = Store(url)
            with store.engine.begin() as conn:
                conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
            answer = requests.get(f"{world.url}/readyz", timeout=10)
            assert answer.status_code == 503
            assert "bihuan migrate" in answer.json()["problems"][0]
            assert schema.problems(store) == answer.json()["problems"]
            assert requests.get(f"{world.url}/healthz", timeout=10).status_code == 200
            store.close()


def test_metrics_are_counted_and_name_nobody(house: World) -> None:
    text = requests.get(f"{house.url}/metrics", timeout=10).text
    for name in ("cb_refused_total", "cb_ack_seconds", "cb_requests_total", "outbox_end_total"):
        assert name in text
    assert "li.fang" not in text
