"""Errors come with solutions; their buttons obey nobody but the developer."""

import re
from functools import partial

import pytest
from werkzeug.test import Client

from carboy import Carboy, Settings
from carboy.core import Action, Check, Solution, registry_of
from carboy.site import make_debugger

PATH = "/-/solutions"
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Host": "localhost:5000"}
SENT = {"Origin": "http://localhost:5000", "Host": "localhost:5000"}
LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


class CorkError(Exception):
    pass


def solve(action, _app, mistake):
    if isinstance(mistake, CorkError):
        return Solution("No cork", "It leaks.", ("carboy cork",), (action,))
    if isinstance(mistake, Check):
        return Solution("Waiting", mistake.message, (), (action,))
    return None


@pytest.fixture
def done():
    return []


@pytest.fixture
def app(tmp_path, done):
    settings = Settings(profile="development", secret_key="k" * 40)
    app = Carboy("shop", settings=settings, root_path=str(tmp_path))
    app.debug = True

    def run():
        done.append("corked")
        return "Corked it."

    action = Action("Cork <it>", run)
    registry_of(app).solvers.append(partial(solve, action))

    @app.get("/broken")
    def broken():
        raise CorkError

    @app.get("/chained")
    def chained():
        raise RuntimeError("leak") from CorkError()

    @app.get("/whole")
    def whole():
        return "whole"

    @app.get("/half")
    def half():
        def write():
            yield "half"
            raise CorkError

        return app.response_class(write())

    return app


@pytest.fixture
def client(app):
    return Client(make_debugger(app, "127.0.0.1"))


def find_tokens(response):
    return re.findall(r'name="token" value="([^"]+)"', response.text)


def press(client, token, path=PATH, environ=None, **headers):
    return client.post(
        path,
        data={"token": token},
        headers={name.replace("_", "-"): v for name, v in (SENT | headers).items()},
        environ_overrides=LOCAL | (environ or {}),
    )


def test_a_browser_gets_the_solution_with_a_button(client, done):
    page = client.get("/broken", headers=BROWSER)
    (token,) = find_tokens(page)

    assert page.status_code == 500
    assert "<h1>No cork</h1>" in page.text
    assert "Cork &lt;it&gt;" in page.text
    assert "CorkError" in page.text
    assert done == []

    answer = press(client, token)

    assert (answer.status_code, done) == (200, ["corked"])
    assert "Corked it." in answer.text
    assert 'url=/broken"' in answer.text


def test_a_solution_of_a_cause_counts_for_what_it_caused(client):
    assert "<h1>No cork</h1>" in client.get("/chained", headers=BROWSER).text


def test_a_program_gets_a_problem_document_with_the_traceback(client):
    for accept in ("*/*", "application/json", ""):
        answer = client.get("/broken", headers={"Accept": accept, "Host": "localhost"})

        assert answer.status_code == answer.json["status"] == 500
        assert answer.content_type == "application/problem+json"
        assert answer.json["detail"].endswith("CorkError")
        assert any("raise CorkError" in line for line in answer.json["traceback"])
        assert answer.json["solution"]["steps"] == ["carboy cork"]
        assert len(answer.data) < 2000


def test_a_program_under_another_host_name_gets_no_code(client):
    answer = client.get("/broken", headers={"Host": "evil.example.com"})

    assert answer.json["status"] == 500
    assert "CorkError" not in answer.text


def test_what_works_is_not_touched(client):
    assert client.get("/whole", headers=BROWSER).text == "whole"


def test_a_response_that_fails_half_way_is_cut_off(client):
    with pytest.raises(CorkError):
        client.get("/half", headers=BROWSER, buffered=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://localhost:6000"},
        {"Origin": "https://localhost:5000"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Host": "evil.example.com", "Origin": "http://evil.example.com"},
        {"X_Forwarded_For": "203.0.113.7"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "127.0.0.1"},
    ],
)
def test_another_origin_cannot_press_a_button(client, done, headers):
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))

    answer = press(client, token, **headers)

    assert (answer.status_code, done) == (403, [])
    # Nor is the token used up.
    assert press(client, token).status_code == 200


def test_without_an_origin_only_the_browser_itself_can_vouch(client, done):
    tokens = [find_tokens(client.get("/broken", headers=BROWSER))[0] for _ in "ab"]
    host = {"Host": "localhost:5000"}

    refused = client.post(
        PATH, data={"token": tokens[0]}, headers=host, environ_overrides=LOCAL
    )
    vouched = client.post(
        PATH,
        data={"token": tokens[1]},
        headers=host | {"Sec-Fetch-Site": "same-origin"},
        environ_overrides=LOCAL,
    )

    assert (refused.status_code, vouched.status_code) == (403, 200)
    assert done == ["corked"]


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.7", "", "::2"])
def test_another_machine_cannot_press_a_button(client, done, address):
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))

    answer = press(client, token, environ={"REMOTE_ADDR": address})

    assert (answer.status_code, done) == (403, [])


def test_another_machine_with_the_pin_can(app, done):
    debugger = make_debugger(app, "127.0.0.1")
    client = Client(debugger)
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))
    remote = {"REMOTE_ADDR": "10.0.0.7"}

    wrong = client.get(
        f"/?__debugger__=yes&cmd=pinauth&pin=1&s={debugger.secret}", headers=SENT
    )
    refused = press(client, token, environ=remote)
    client.get(
        f"/?__debugger__=yes&cmd=pinauth&pin={debugger.pin}&s={debugger.secret}",
        headers=SENT,
    )
    allowed = press(client, token, environ=remote)

    assert wrong.json["auth"] is False
    assert (refused.status_code, allowed.status_code) == (403, 200)
    assert done == ["corked"]


def test_a_debugger_without_a_pin_trusts_no_other_machine(app, done, monkeypatch):
    monkeypatch.setenv("WERKZEUG_DEBUG_PIN", "off")
    client = Client(make_debugger(app, "127.0.0.1"))
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))

    answer = press(client, token, environ={"REMOTE_ADDR": "10.0.0.7"})

    assert (answer.status_code, done) == (403, [])


@pytest.mark.parametrize("token", ["", "wrong", "a" * 32])
def test_a_wrong_token_does_nothing(client, done, token):
    client.get("/broken", headers=BROWSER)

    assert press(client, token).status_code == 410
    assert done == []


def test_a_button_works_once_and_by_post_only(client, done):
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))

    got = client.get(f"{PATH}?token={token}", headers=SENT, environ_overrides=LOCAL)
    first, second = press(client, token), press(client, token)

    assert [r.status_code for r in (got, first, second)] == [405, 200, 410]
    assert done == ["corked"]


def test_a_large_body_is_not_read(client, done):
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))

    assert press(client, token + "x" * 5000).status_code == 413
    assert done == []


def test_in_production_no_button_works(tmp_path, done):
    settings = Settings(profile="production", secret_key="k" * 40)
    app = Carboy("shop", settings=settings, root_path=str(tmp_path))
    debugger = make_debugger(app, "127.0.0.1")
    debugger._actions["token"] = (Action("Cork", lambda: done.append("x") or ""), "/")

    assert press(Client(debugger), "token").status_code == 403
    assert done == []


def test_the_app_itself_has_no_address_for_buttons(app, done):
    """Without the debugger, as under gunicorn, there is nothing to send to."""
    app.debug = False
    client = app.test_client()

    page = client.get("/broken", headers=BROWSER)

    assert find_tokens(page) == []
    assert "No cork" not in page.text
    answer = client.post(PATH, data={"token": "x"}, headers=SENT)
    assert answer.status_code == 404


def test_an_action_that_fails_says_so(client, app):
    def fail():
        raise RuntimeError("dry")

    registry_of(app).solvers.insert(
        0, lambda *_: Solution("No", "No.", (), (Action("Fill", fail),))
    )
    (token,) = find_tokens(client.get("/broken", headers=BROWSER))

    answer = press(client, token)

    assert answer.status_code == 500
    assert "Fill: failed" in answer.text
    assert "dry" in answer.text
    assert "http-equiv" not in answer.text


def test_a_solver_that_fails_does_not_hide_the_error(client, app):
    def fail(*_):
        raise RuntimeError("dry")

    registry_of(app).solvers.insert(0, fail)

    assert "<h1>No cork</h1>" in client.get("/broken", headers=BROWSER).text


def test_what_waits_is_shown_before_it_hurts(client, app):
    waiting = [Check("shop.W001", "A cask waits.")]
    registry_of(app).live_checkers.append(lambda _: list(waiting))

    page = client.get("/whole", headers=BROWSER)
    program = client.get("/whole", headers={"Accept": "application/json"})
    image = client.get("/whole", headers=BROWSER | {"Sec-Fetch-Dest": "image"})
    run, skip = find_tokens(page)

    assert (page.status_code, "A cask waits." in page.text) == (503, True)
    assert (program.text, image.text) == ("whole", "whole")
    assert press(client, skip).status_code == 200
    assert client.get("/whole", headers=BROWSER).text == "whole"

    waiting.append(Check("shop.W001", "Another cask waits."))
    page = client.get("/whole", headers=BROWSER)
    waiting.clear()

    assert "Another cask" in page.text
    assert client.get("/whole", headers=BROWSER).text == "whole"
    assert press(client, run).status_code == 200


def test_the_way_back_stays_on_this_site(client, app):
    @app.get("/<path:anything>")
    def pour(anything):
        raise CorkError(anything)

    path = {"PATH_INFO": "//evil.example.com/x"}
    (token,) = find_tokens(
        client.get("/", headers=BROWSER, environ_overrides=path, buffered=True)
    )

    assert 'url=/evil.example.com/x"' in press(client, token).text
