"""What a site tells those who watch it: alive, ready, and numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from flask import Flask, Response, current_app, jsonify

from carboy.core import (
    Extension,
    Section,
    Wiring,
    get_current_app,
    registry_of,
    setting,
)

from .request_log import BUCKETS, counts


class HealthSettings(Section, frozen=True, kw_only=True):
    """What the health pages can be told."""

    prefix: ClassVar[str] = "HEALTH"

    on: Annotated[bool, setting("Answer /-/live and /-/ready.")] = True
    metrics: Annotated[
        bool,
        setting("Answer /-/metrics, which anybody can read who gets through to it."),
    ] = False


class Health(Extension):
    """The battery behind `/-/live`, `/-/ready` and `/-/metrics`."""

    name = "health"

    def install(self, wiring: Wiring) -> None:
        """Add the pages that are switched on."""
        section = wiring.settings(HealthSettings)
        if section.on:
            wiring.route("/-/live", _live, endpoint="health.live")
            wiring.route("/-/ready", _ready, endpoint="health.ready")
        if section.metrics:
            wiring.route("/-/metrics", _metrics, endpoint="health.metrics")


def _live() -> Any:
    return jsonify(status="alive")


def _ready() -> Any:
    """Ask every battery; one that is not ready takes this process out of traffic."""
    problems = {}
    for name, probe in registry_of(current_app).probes.items():
        try:
            problem = probe()
        except Exception as error:  # noqa: BLE001 - whatever a probe raises is its answer
            problem = type(error).__name__
        if problem:
            problems[name] = problem
    checked = {
        name: problems.get(name, "ok") for name in registry_of(current_app).probes
    }
    status = "not ready" if problems else "ready"
    answer = jsonify(status=status, checks=checked)
    answer.status_code = 503 if problems else 200
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _metrics() -> Response:
    text = "\n".join(_lines(get_current_app())) + "\n"
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines(app: Flask) -> Iterator[str]:
    kept = counts.find(app)
    if kept is not None:
        yield "# HELP carboy_requests_total Requests answered by this process."
        yield "# TYPE carboy_requests_total counter"
        for (method, status), number in sorted(kept.by_status.items()):
            labels = f'method="{method}",status="{status}"'
            yield f"carboy_requests_total{{{labels}}} {number}"
        yield "# HELP carboy_request_seconds How long requests took."
        yield "# TYPE carboy_request_seconds histogram"
        total = 0
        for bound, number in zip((*BUCKETS, "+Inf"), kept.by_time, strict=True):
            total += number
            yield f'carboy_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"carboy_request_seconds_sum {kept.seconds:.6f}"
        yield f"carboy_request_seconds_count {total}"
    for name, function in sorted(registry_of(app).gauges.items()):
        yield f"# TYPE {name} gauge"
        yield f"{name} {function():g}"
