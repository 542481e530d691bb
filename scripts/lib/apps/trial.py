"""One application, from its installation to the list of differences."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from .catalogue import Application
from .comparison import compare, is_stable
from .discovery import crawl, list_rule_paths
from .environments import CACHE, Environment, describe_pins, install
from .explanations import Outcome, explain
from .http_client import Answer
from .replay import replay
from .requests import ScriptedRequest, write_script
from .servers import find_port, forget_prepared, prepare_state, serve
from .suites import SuiteResult, run_suite

Say = Callable[[str], None]
_RUNS = 2


@dataclass(frozen=True)
class Trial:
    """What the table has about an application."""

    name: str
    version: str
    pins: str
    requests: int
    equal: int
    unstable: list[str] = field(default_factory=list)
    explained: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    tests: SuiteResult | None = None
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the plain values."""
        return asdict(self)

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs without a reason."""
        tests = self.tests.differences if self.tests else []
        return not self.differences and not tests


def run_trial(
    application: Application,
    say: Say,
    *,
    tests: bool = True,
    environment: Environment | None = None,
) -> Trial:
    """Install an application, run its tests and compare its answers."""
    environment = environment or install(application)
    name = application.packages[0].partition("=")[0].partition("[")[0]
    pins = {_normalize(each): version for each, version in environment.pins.items()}
    version = pins.get(_normalize(name), "")
    say(f"{application.name} {version} ({describe_pins(environment)})")
    result = run_suite(application, environment) if tests else None
    if result is not None:
        say(f"  tests: {result.counts}, {len(result.differences)} differences")
        for line in result.differences:
            say(f"  {line}")
    survey = _compare_answers(application, environment, say)
    return Trial(
        application.name,
        version,
        describe_pins(environment),
        survey.requests,
        survey.equal,
        survey.unstable,
        dict(survey.explained),
        survey.differences,
        result,
        application.note,
    )


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass
class _Survey:
    requests: int = 0
    equal: int = 0
    unstable: list[str] = field(default_factory=list)
    explained: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def _compare_answers(
    application: Application, environment: Environment, say: Say
) -> _Survey:
    port = find_port()
    script = make_script(application, environment, port)

    def run(kind: str) -> list[Answer]:
        with serve(application, environment, kind, port):
            return replay(script, port, application.captures)

    gunicorn = [run("gunicorn") for _ in range(_RUNS)]
    carboy = run("carboy")
    if _list_outcomes(script, gunicorn, carboy):
        # What differs by chance may do so once more; what differs always, does.
        gunicorn.append(run("gunicorn"))
    outcomes = _list_outcomes(script, gunicorn, carboy)
    if outcomes:
        again = _list_outcomes(script, gunicorn, run("carboy"))
        outcomes = {place: outcomes[place] for place in outcomes if place in again}
    _keep(application, script, gunicorn, carboy)
    return _judge(script, gunicorn, outcomes, say)


def make_script(
    application: Application, environment: Environment, port: int
) -> list[ScriptedRequest]:
    """Return the requests: found by a visit, then the same for all runs."""
    forget_prepared(application)
    prepare_state(application, environment)
    rules = list_rule_paths(application, environment)
    with serve(application, environment, "gunicorn", port):
        pages = crawl(application, rules, port)
    return write_script(application, pages)


def _list_outcomes(
    script: list[ScriptedRequest], gunicorn: list[list[Answer]], carboy: list[Answer]
) -> dict[int, Outcome]:
    outcomes = {}
    for place, request in enumerate(script):
        known = [answers[place] for answers in gunicorn]
        difference = compare(known, carboy[place])
        if difference is not None:
            outcomes[place] = Outcome(request, difference, known[0], carboy[place])
    return outcomes


def _judge(
    script: list[ScriptedRequest],
    gunicorn: list[list[Answer]],
    outcomes: dict[int, Outcome],
    say: Say,
) -> _Survey:
    survey = _Survey(len(script), len(script) - len(outcomes))
    for place, request in enumerate(script):
        if not is_stable([answers[place] for answers in gunicorn]):
            survey.unstable.append(str(request))
    for place, outcome in outcomes.items():
        explanation = explain(outcome)
        if explanation is not None:
            survey.explained[explanation.name] += 1
            continue
        part = outcome.difference
        line = f"{outcome.request}: {part.part}"
        survey.differences.append(line)
        say(f"  {place} {line}\n    gunicorn {part.gunicorn!r:.300}")
        say(f"    carboy   {part.carboy!r:.300}")
    reasons = sum(survey.explained.values())
    say(
        f"  {survey.requests} requests, {survey.equal} equal, {reasons} explained, "
        f"{len(survey.differences)} differ, {len(survey.unstable)} unstable"
    )
    return survey


def _keep(
    application: Application,
    script: list[ScriptedRequest],
    gunicorn: list[list[Answer]],
    carboy: list[Answer],
) -> None:
    """Keep all answers for whoever looks into a difference."""
    rows = [
        {
            "request": str(request),
            "status": carboy[place].status,
            "gunicorn": [repr(answers[place]) for answers in gunicorn],
            "carboy": repr(carboy[place]),
        }
        for place, request in enumerate(script)
    ]
    path = CACHE / application.slug / "answers.json"
    path.write_text(json.dumps(rows, indent=1))
