"""What whole pages of an application cost on each server, by processor time."""

import contextlib
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from .catalogue import Application
from .environments import Environment
from .replay import Visitor
from .requests import ScriptedRequest, list_steps
from .servers import find_port, serve
from .trial import make_script

KINDS = ("gunicorn", "granian", "carboy")
# Not an edge of HTTP that the proof of the applications sends, and no file.
_is_plain_path = re.compile(r"(?!//)(?!.*static)/[^%?\\]*").fullmatch
_SMALL = 400
_NANOSECONDS = 1e9


@dataclass(frozen=True)
class PageCost:
    """Microseconds of processor time of a page, by server."""

    path: str
    bytes: int
    costs: dict[str, float]
    ratios: dict[str, float]
    """How many times more the other servers take: the median of the rounds."""


def measure_pages(
    application: Application,
    environment: Environment,
    *,
    pages: int,
    rounds: int,
    seconds: float,
) -> list[PageCost]:
    """Return what the largest pages cost; each server runs alone, in turn."""
    port = find_port()
    script = make_script(application, environment, port)
    steps = list_steps(application)
    with serve(application, environment, "gunicorn", port):
        chosen = _choose_pages(_visit(application, steps, port), script, pages)
    seen: dict[str, dict[str, list[float]]] = {
        request.path: {kind: [] for kind in KINDS} for request in chosen
    }
    for number in range(rounds):
        for kind in KINDS[:: -1 if number % 2 else 1]:
            with serve(application, environment, kind, port) as log:
                visitor = _visit(application, steps, port)
                group = int(log.with_suffix(".pid").read_text())
                _measure_all(visitor, group, seconds, seen, kind)
                visitor.close()
    sizes = {request.path: size for request, size in chosen.items()}
    return [_sum_up(path, sizes[path], costs) for path, costs in seen.items()]


def _visit(
    application: Application, steps: list[ScriptedRequest], port: int
) -> Visitor:
    visitor = Visitor(port, application.captures)
    for request in steps:
        visitor.send(request)
    return visitor


def _choose_pages(
    visitor: Visitor, script: list[ScriptedRequest], count: int
) -> dict[ScriptedRequest, int]:
    """Return the largest HTML pages with their sizes; not files, each once."""
    paths = {request.path for request in script if request.method == "GET"}
    sizes: dict[ScriptedRequest, int] = {}
    for path in sorted(paths):
        if not _is_plain_path(path):
            continue
        request = ScriptedRequest("GET", path)
        answer = visitor.send(request)
        kind = answer.find("content-type") or ""
        if answer.status == 200 and "html" in kind and len(answer.body) > _SMALL:
            sizes[request] = len(answer.body)
    largest = sorted(sizes, key=lambda request: -sizes[request])[:count]
    return {request: sizes[request] for request in largest}


def _measure_all(
    visitor: Visitor,
    group: int,
    seconds: float,
    seen: dict[str, dict[str, list[float]]],
    kind: str,
) -> None:
    for path, costs in seen.items():
        cost = _measure(visitor, ScriptedRequest("GET", path), group, seconds)
        costs[kind].append(cost)


def _measure(
    visitor: Visitor, request: ScriptedRequest, group: int, seconds: float
) -> float:
    """Return the microseconds of a page, of all threads of the server."""
    for _ in range(20):
        visitor.send(request)
    began, count, used = time.monotonic(), 0, count_processor_time(group)
    while time.monotonic() - began < seconds:
        visitor.send(request)
        count += 1
    return (count_processor_time(group) - used) / count * 1e6


def count_processor_time(group: int) -> float:
    """Return the seconds that the threads of a process group have run.

    From the scheduler, whose unit is a nanosecond: a tick is 10 ms.
    """
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                threads = path.parent.glob("task/*/schedstat")
                total += sum(int(each.read_text().split()[0]) for each in threads)
    return total / _NANOSECONDS


def _sum_up(path: str, size: int, seen: dict[str, list[float]]) -> PageCost:
    costs = {kind: round(statistics.median(seen[kind]), 1) for kind in KINDS}
    ratios = {
        kind: round(
            statistics.median(
                other / own
                for other, own in zip(seen[kind], seen["carboy"], strict=True)
            ),
            2,
        )
        for kind in KINDS[:-1]
    }
    return PageCost(path, size, costs, ratios)
