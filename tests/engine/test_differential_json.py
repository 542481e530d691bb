"""JSON from the engine is Flask's, byte for byte, or the same exception."""

import pytest
from differential.sides import INHERITED, INSTALLED, STOCK
from differential.values import encode_on, settings as provider_settings, values
from hypothesis import HealthCheck, given, settings


@pytest.mark.parametrize("side", [INSTALLED, INHERITED], ids=lambda side: side.name)
@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(value=values, chosen=provider_settings)
def test_every_way_to_json_gives_the_bytes_or_the_error_of_flask(side, value, chosen):
    assert encode_on(side, value, chosen) == encode_on(STOCK, value, chosen)
