"""If this passes, Granian's objects are what our protocols say."""

import pytest
from granian import _granian

from carboy.server.http import granian_types as arrivals


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (arrivals.GranianScope, _granian.RSGIHTTPScope),
        (arrivals.GranianProtocol, _granian.RSGIHTTPProtocol),
        (arrivals.GranianHeaders, _granian.RSGIHeaders),
        (arrivals.GranianTransport, _granian.RSGIHTTPStreamTransport),
    ],
)
def test_each_name_is_there(ours, theirs):
    wanted = {name for name in vars(ours) if not name.startswith("_")}
    wanted |= set(vars(ours).get("__annotations__", {}))

    assert wanted
    assert wanted <= set(dir(theirs))
