"""What a site tells those who watch it: alive, ready, and numbers for Prometheus."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from flask import Flask, Response, jsonify

from carboy.core import (
    AppState,
    Extension,
    ReadinessCheck,
    Section,
    Wiring,
    get_current_app,
    registry_of,
    setting,
)

from .local_client import is_local_client
from .request_log import BUCKETS, counts

log = logging.getLogger("carboy.health")

# The last problem of each battery, so that only changes are logged.
_problems: AppState[dict[str, str | None]] = AppState("carboy.health")


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
        _problems.set(wiring.app, {})
        section = wiring.settings(HealthSettings)
        if section.on:
            wiring.route("/-/live", _live, endpoint="health.live")
            wiring.route("/-/ready", _ready, endpoint="health.ready")
        if section.metrics:
            wiring.route("/-/metrics", _metrics, endpoint="health.metrics")


def _live() -> Any:
    return jsonify(status="alive")


def _ready() -> Any:
    """Run every check; one that fails takes this process out of traffic."""
    app = get_current_app()
    checks = registry_of(app).readiness_checks
    problems = {name: _find_problem(check) for name, check in checks.items()}
    _log_changes(_problems.of(app), problems)
    is_ready = not any(problems.values())
    # A problem names hosts, ports and users. Anybody can ask for this page.
    is_detailed = app.debug and is_local_client()
    response = jsonify(
        status="ready" if is_ready else "not ready",
        checks={
            name: (problem if is_detailed else "failed") if problem else "ok"
            for name, problem in problems.items()
        },
    )
    response.status_code = 200 if is_ready else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _find_problem(check: ReadinessCheck) -> str | None:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever a check raises is its problem
        return f"{type(error).__name__}: {error}"


def _log_changes(
    known: dict[str, str | None], problems: Mapping[str, str | None]
) -> None:
    """Log what fails once, not each time that a load balancer asks."""
    for name, problem in problems.items():
        if problem == known.get(name):
            continue
        if problem:
            log.error("%s is not ready: %s", name, problem)
        else:
            log.warning("%s is ready again.", name)
        known[name] = problem


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
