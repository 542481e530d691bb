"""Generated apps answer generated requests on the engine as they do on stock Flask."""

import pytest
from differential.generate import draw_app
from differential.judge import compare, confirm, minimise, write_script
from differential.sides import EDGE, INHERITED, INSTALLED
from differential.traffic import draw_traffic
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

pytestmark = pytest.mark.filterwarnings(
    # Stock Flask, too, leaves a file open when a hook replaces the response.
    "ignore::ResourceWarning"
)


@pytest.mark.parametrize(
    "side", [INSTALLED, INHERITED, EDGE], ids=lambda side: side.name
)
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    # The judge makes a difference smaller than hypothesis could: it knows the parts.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(random=st.randoms(use_true_random=False))
def test_the_engine_does_what_stock_flask_does(side, random):
    spec = draw_app(random)
    items = tuple(draw_traffic(random, spec, 30))

    found = compare(spec, items, side)

    if found is not None and confirm(found, side) is not None:
        small = minimise(found, side, tries=400)
        pytest.fail(f"{small.lines()}\n\n{write_script(small, side)}", pytrace=False)
