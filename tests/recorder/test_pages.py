"""The pages show traces, and 404 for one that is not there."""

from .conftest import LOCAL


def test_an_unknown_trace_is_404(make_site):
    assert (
        make_site().test_client().get("/-/debug/traces/none", **LOCAL).status_code
        == 404
    )
