"""Health pages say whether a site lives and is ready, and nothing more to strangers."""

import pytest

from carboy import Carboy, Settings
from carboy.core import Extension, registry_of


class Well(Extension):
    name = "well"

    def __init__(self):
        super().__init__()
        self.problem = None

    def install(self, wiring):
        wiring.readiness(self.probe)
        wiring.gauge("depth", lambda: 12)

    def probe(self):
        if isinstance(self.problem, Exception):
            raise self.problem
        return self.problem


@pytest.fixture
def well():
    return Well()


def client(well, profile="testing", **overrides):
    settings = Settings.load(
        {"SECRET_KEY": "k" * 40, "TRUSTED_HOSTS": ["localhost", "shop.example"]},
        root="/nowhere",
        environ={"CARBOY_PROFILE": profile},
        **overrides,
    )
    return Carboy("shop", settings=settings).use(well).test_client()


def _text(problem):
    return problem if isinstance(problem, str) else "RuntimeError: canary"


def test_live_says_alive(well):
    assert client(well).get("/-/live").json == {"status": "alive"}


def test_it_is_ready_when_every_battery_is(well):
    answer = client(well).get("/-/ready")

    assert (answer.status_code, answer.json["checks"]) == (200, {"well": "ok"})


PROBLEMS = ["postgresql://ada@db:5432 ran dry", RuntimeError("canary")]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(
    ("profile", "host", "address"),
    [
        ("production", "localhost", "127.0.0.1"),
        ("testing", "localhost", "127.0.0.1"),
        ("development", "localhost", "192.0.2.7"),
        ("development", "shop.example", "127.0.0.1"),
    ],
)
def test_strangers_see_only_which_battery_is_not_ready(
    well, problem, profile, host, address, caplog
):
    well.problem = problem

    response = client(well, profile).get(
        "/-/ready", base_url=f"http://{host}", environ_base={"REMOTE_ADDR": address}
    )

    assert response.status_code == 503
    assert response.json == {"status": "not ready", "checks": {"well": "failed"}}
    assert f"well is not ready: {_text(problem)}" in caplog.text


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_developer_sees_the_problem(well, problem):
    well.problem = problem

    response = client(well, "development").get("/-/ready")

    assert response.json["checks"] == {"well": _text(problem)}


def test_a_problem_is_logged_when_it_begins_and_when_it_ends(well, caplog):
    visitor = client(well)
    caplog.set_level("WARNING")

    for problem in (None, "it ran dry", "it ran dry", None, None):
        well.problem = problem
        visitor.get("/-/ready")

    assert [r.getMessage() for r in caplog.records if r.name == "carboy.health"] == [
        "well is not ready: it ran dry",
        "well is ready again.",
    ]


def test_metrics_are_off_by_default(well):
    assert client(well).get("/-/metrics").status_code == 404


def test_metrics_are_prometheus_text(well):
    visitor = client(well, health_metrics=True)
    visitor.get("/-/live")
    visitor.get("/nothing")

    answer = visitor.get("/-/metrics")

    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'carboy_requests_total{method="GET",status="200"} 1' in lines
    assert 'carboy_requests_total{method="GET",status="404"} 1' in lines
    assert 'carboy_request_seconds_bucket{le="+Inf"} 2' in lines
    assert "carboy_request_seconds_count 2" in lines
    assert "carboy_well_depth 12" in lines


def test_health_can_be_switched_off(well):
    assert client(well, health_on=False).get("/-/live").status_code == 404


def test_a_gauge_that_fails_is_left_out_of_the_metrics(well):
    visitor = client(well, health_metrics=True)
    registry_of(visitor.application).gauges["carboy_well_frogs"] = lambda: 1 / 0

    answer = visitor.get("/-/metrics")

    assert answer.status_code == 200
    assert "carboy_well_depth 12" in answer.text
    assert "frogs" not in answer.text
