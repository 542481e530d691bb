"""Health pages: alive, ready, and metrics for Prometheus."""

import logging
from collections.abc import Callable, Iterator, Mapping
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
    """Health page settings."""

    prefix: ClassVar[str] = "HEALTH"

    on: Annotated[bool, setting("Serve /-/live and /-/ready.")] = True
    metrics: Annotated[
        bool,
        setting("Serve /-/metrics, to anyone who can reach it."),
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
    problems = {name: find_problem(check) for name, check in checks.items()}
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


def find_problem(check: ReadinessCheck) -> str | None:
    """Return what a check says; one that fails has a problem too."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever a check raises is its problem
        return f"{type(error).__name__}: {error}"


def read_gauges(app: Flask) -> Iterator[tuple[str, float]]:
    """Yield the gauges by name, without those whose service is down."""
    for name, function in sorted(registry_of(app).gauges.items()):
        for value in _read_gauge(function):
            yield name, value


def _read_gauge(function: Callable[[], float]) -> list[float]:
    values: list[float] = []
    find_problem(lambda: values.append(function()))
    return values


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
    requests = counts.find(app)
    if requests is not None:
        yield "# HELP carboy_requests_total Requests answered by this process."
        yield "# TYPE carboy_requests_total counter"
        for (method, status), number in sorted(requests.by_status.items()):
            labels = f'method="{method}",status="{status}"'
            yield f"carboy_requests_total{{{labels}}} {number}"
        yield "# HELP carboy_request_seconds How long requests took."
        yield "# TYPE carboy_request_seconds histogram"
        total = 0
        for bound, number in zip((*BUCKETS, "+Inf"), requests.by_time, strict=True):
            total += number
            yield f'carboy_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"carboy_request_seconds_sum {requests.seconds:.6f}"
        yield f"carboy_request_seconds_count {total}"
    for name, value in read_gauges(app):
        yield f"# TYPE {name} gauge"
        yield f"{name} {value:g}"
