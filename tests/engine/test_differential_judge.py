"""The comparison itself: it sees planted faults and does not see what is not there."""

from random import Random

import pytest
from differential.generate import draw_app
from differential.judge import compare, confirm, minimise, write_script
from differential.planted import PLANTED
from differential.sides import STOCK
from differential.specs import AppSpec, Callback, RequestSpec, Route, Step
from differential.traffic import draw_traffic

pytestmark = pytest.mark.filterwarnings(
    # Stock Flask, too, leaves a file open when a hook replaces the response.
    "ignore::ResourceWarning"
)


def find(side, seeds):
    for seed in seeds:
        random = Random(seed)
        spec = draw_app(random)
        items = tuple(draw_traffic(random, spec, 30))
        found = compare(spec, items, side)
        if found is not None and confirm(found, side) is not None:
            return found
    return None


@pytest.mark.parametrize("side", PLANTED, ids=lambda side: side.name)
def test_a_planted_fault_is_found_within_a_few_apps(side):
    found = find(side, range(60))

    assert found is not None


def test_stock_flask_does_not_differ_from_itself():
    assert find(STOCK, range(40)) is None


def test_a_difference_is_made_small_and_stays_the_same():
    side = next(side for side in PLANTED if side.name == "answers a dict as HTML")
    # From the first app on whose difference shows in the answer, not in a hook.
    found = find(side, range(3, 60))

    small = minimise(found, side)

    assert small.kind == found.kind
    assert len(small.items) == 1
    assert len(small.spec.routes) <= 2
    assert small.spec.hooks == small.spec.blueprints == ()


def test_the_written_script_is_python_that_builds_the_same_difference():
    view = Callback("view 1", (), Step("answer", ("dict",)))
    spec = AppSpec(routes=(Route("/", "v0", view),))
    side = next(side for side in PLANTED if side.name == "answers a dict as HTML")
    found = compare(spec, (RequestSpec(),), side)

    script = write_script(found, STOCK)
    names = {}
    exec(script.rsplit("replay", 1)[0], names)  # noqa: S102 - our own text

    assert names["SPEC"] == spec
    assert names["ITEMS"] == (RequestSpec(),)
