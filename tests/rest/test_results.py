"""What views return."""

import pytest

from carboy.rest import unpack


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("x", ("x", 200, {})),
        (("x", 201), ("x", 201, {})),
        (("x", 201, {"A": "b"}), ("x", 201, {"A": "b"})),
        ((1, 2, 3, 4), ((1, 2, 3, 4), 200, {})),
        (("x",), (("x",), 200, {})),
    ],
)
def test_a_result_has_data_status_and_headers(result, expected):
    assert unpack(result) == expected
