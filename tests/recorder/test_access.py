"""Traces are for the developer on this machine, or whom a guard lets in."""

import pytest

from carboy.recorder import recorder_state

from .conftest import LOCAL


@pytest.mark.parametrize(
    "sent",
    [
        {"base_url": "http://example.com"},
        {"headers": {"X-Forwarded-For": "1.2.3.4"}},
        {"environ_base": {"REMOTE_ADDR": "10.0.0.1"}},
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/-/debug/",
        "/-/debug/api/traces",
        "/-/debug/traces/last",
        "/-/debug/api/traces/last",
    ],
)
def test_others_get_404(make_site, path, sent):
    app = make_site()
    client = app.test_client()
    app.add_url_rule("/", "home", lambda: "<body></body>")
    client.get("/", **LOCAL)

    assert (
        client.get(path, **({"base_url": "http://localhost"} | sent)).status_code == 404
    )
    assert client.get(path, **LOCAL).status_code == 200


def test_clear_needs_a_form_of_this_site(make_site):
    app = make_site()
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()
    client.get("/", **LOCAL)

    refused = client.post(
        "/-/debug/clear", headers={"Origin": "http://evil.example"}, **LOCAL
    )

    assert refused.status_code in {400, 403}
    assert len(recorder_state.of(app).list_summaries()) == 1
