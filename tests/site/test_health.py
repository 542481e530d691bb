"""A site tells whether it lives and is ready, and numbers only if it is told to."""

import pytest

from carboy import Carboy, Settings
from carboy.core import Extension


class Well(Extension):
    name = "well"

    def __init__(self):
        super().__init__()
        self.problem = None

    def install(self, wiring):
        wiring.ready(self.probe)
        wiring.gauge("depth", lambda: 12)

    def probe(self):
        if isinstance(self.problem, Exception):
            raise self.problem
        return self.problem


@pytest.fixture
def well():
    return Well()


def client(well, **told):
    settings = Settings.load(
        {}, root="/nowhere", environ={"CARBOY_PROFILE": "testing"}, **told
    )
    return Carboy("shop", settings=settings).use(well).test_client()


def test_it_lives(well):
    assert client(well).get("/-/live").json == {"status": "alive"}


def test_it_is_ready_when_every_battery_is(well):
    answer = client(well).get("/-/ready")

    assert (answer.status_code, answer.json["checks"]) == (200, {"well": "ok"})


@pytest.mark.parametrize("problem", ["it ran dry", RuntimeError("canary")])
def test_it_is_not_ready_when_one_is_not(well, problem):
    well.problem = problem

    answer = client(well).get("/-/ready")

    assert (answer.status_code, answer.json["status"]) == (503, "not ready")
    assert answer.json["checks"]["well"] in {"it ran dry", "RuntimeError"}
    assert "canary" not in answer.text


def test_metrics_are_closed_until_told(well):
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
