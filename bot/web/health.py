"""Health for supervisors: `/healthz` the process answers, `/readyz` it can write and is migrated, `/metrics`."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


def blueprint(problems: Callable[[], list[str]]) -> Blueprint:
    """`problems` gives one plain sentence for each thing that is not ready; none of them may depend on WeCom."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        found = problems()
        return jsonify(status="not ready" if found else "ready", problems=found), 503 if found else 200

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return routes
