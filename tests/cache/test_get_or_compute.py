"""What is not cached is reported, with its name and its reason."""

import pytest

from carboy.cache.get_or_compute import encode_value, log_once
from carboy.cache.make_service import cache_state


def test_a_value_that_cannot_be_encoded_is_reported_with_its_function():
    function = test_a_reason_is_logged_once

    with pytest.raises(TypeError, match=r"test_.*\(\) returned a value that cannot"):
        encode_value(function, object())


def test_a_reason_is_logged_once(sites, caplog):
    app, _ = sites.make()
    service = cache_state.of(app)
    for _ in range(3):
        log_once(service, "It", "it is so")
    log_once(service, "It", "it is otherwise")

    assert caplog.text.count("It is not cached for others: it is so.") == 1
    assert caplog.text.count("otherwise") == 1
