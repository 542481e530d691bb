"""If this passes, a difference that a client can see is found, and no other one."""

from pathlib import Path

import pytest

from lib.apps import APPLICATIONS, PAGE, load_results, suites, write_page
from lib.apps.catalogue import Application, Step, Suite
from lib.apps.comparison import compare, matches
from lib.apps.discovery import list_links
from lib.apps.explanations import Outcome, explain
from lib.apps.http_client import Answer
from lib.apps.requests import (
    COUNT,
    ScriptedRequest,
    has_invalid_target,
    write_script,
)

PLAIN = [("content-type", "text/plain"), ("x-a", "1")]


def answer(body=b"text", status=200, reason="OK", headers=PLAIN):
    return Answer(status, reason, [*headers], body)


def find_part(gunicorn, carboy):
    difference = compare(gunicorn, carboy)
    return difference and difference.part


@pytest.mark.parametrize(
    ("carboy", "part"),
    [
        (answer(), None),
        (answer(headers=[("server", "other"), *PLAIN, ("date", "now")]), None),
        (answer(status=404), "status"),
        (answer(reason="Fine"), "reason"),
        (answer(headers=PLAIN[:1]), "headers"),
        (answer(headers=[*PLAIN, ("x-b", "2")]), "headers"),
        (answer(headers=[PLAIN[0], ("x-a", "2")]), "header x-a"),
        (answer(headers=PLAIN[::-1]), "order"),
        (answer(b"texts"), "body"),
        (Answer(0, "the connection ended"), "status"),
    ],
)
def test_what_a_client_sees_is_compared(carboy, part):
    assert find_part([answer(), answer()], carboy) == part


def test_the_order_of_lines_with_one_name_counts():
    cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2")]

    assert find_part([answer(headers=cookies)], answer(headers=cookies[::-1])) == (
        "header set-cookie"
    )


@pytest.mark.parametrize(
    ("text", "is_equal"),
    [
        ("<a id=77>one</a> token-x9", True),
        ("<a id=77>two</a> token-x9", False),
        ("<a id=77>one</a> token-x9 more", False),
        ("<a id=77>one</a>", False),
    ],
)
def test_only_what_differs_between_runs_of_gunicorn_is_masked(text, is_equal):
    known = ["<a id=12>one</a> token-a1", "<a id=34>one</a> token-b2"]

    assert matches(known, text) is is_equal


@pytest.mark.parametrize(("body", "part"), [(b"1\nx\nc\n", None), (b"2\nx\n", "body")])
def test_lines_that_come_and_go_are_masked(body, part):
    known = [answer(b"1\nx\na\n"), answer(b"1\nx\nb\nbb\n")]

    assert find_part(known, answer(body)) == part


def judge(request, gunicorn, carboy):
    difference = compare([gunicorn], carboy)
    assert difference is not None
    explanation = explain(Outcome(request, difference, gunicorn, carboy))
    return explanation and explanation.name


def test_a_place_is_explained_only_where_granian_moves_a_header():
    request = ScriptedRequest("GET", "/")
    empty = [("content-length", "0"), ("location", "/a")]
    whole = [("content-length", "4"), ("location", "/a")]
    twice = [("vary", "a"), ("x-a", "1"), ("vary", "b")]
    beside = [("vary", "a"), ("vary", "b"), ("x-a", "1")]

    def verdict(one, other):
        return judge(request, answer(headers=one), answer(headers=other))

    assert verdict(empty, empty[::-1]) == "place of a header"
    assert verdict(twice, beside) == "place of a header"
    assert verdict(whole, whole[::-1]) is None


@pytest.mark.parametrize(
    ("request_", "gunicorn", "carboy", "name"),
    [
        (ScriptedRequest("GET", "/"), answer(), answer(b"other"), None),
        (ScriptedRequest("GET", "/"), answer(), answer(b"", 400), None),
        (ScriptedRequest("GET", "/<"), answer(), answer(b"", 400), "invalid target"),
        (ScriptedRequest("GET", "/<"), answer(), answer(b"seen", 400), None),
        (
            ScriptedRequest("GET", "/", (("Referer", "\xe9"),)),
            *(answer(), answer(b"other"), "header outside of ASCII"),
        ),
        (ScriptedRequest("GET", "/"), answer(), answer(reason="Yes"), "reason phrase"),
        (
            ScriptedRequest("GET", "/"),
            answer(b"<title>Internal Server Error</title>", 500),
            answer(b"Internal Server Error\n", 500),
            "page of the server",
        ),
        (
            ScriptedRequest("GET", "/"),
            *(answer(status=101), answer(b"failed", 500), "interim status"),
        ),
    ],
)
def test_each_explanation_is_for_one_cause(request_, gunicorn, carboy, name):
    assert judge(request_, gunicorn, carboy) == name


def trace(*frames: str) -> Answer:
    lines = ["Traceback (most recent call last):", *frames, "ValueError: wrong"]
    return answer("\n".join(lines).encode(), 500)


def test_only_frames_of_flask_and_the_engine_may_differ():
    flask = '  File "/v/flask/app.py", line 9, in f\n    return g()\n           ^^^'
    engine = '  File "/s/carboy/engine/pipeline.py", line 2, in h\n    return k()'
    own = '  File "/app/views.py", line {}, in view\n    raise ValueError'
    request = ScriptedRequest("GET", "/")

    def verdict(one, other):
        return judge(request, trace(*one), trace(*other))

    same = own.format(1)
    assert verdict([flask, same], [engine, engine, same]) == "frames of a traceback"
    assert verdict([flask, same], [engine, own.format(2)]) is None
    assert verdict([same], [own.format(2)]) is None


def test_a_script_has_the_steps_first_and_the_same_requests_each_time():
    application = Application("a", ("a==1",), "a:app", steps=(Step("POST", "/login"),))
    paths = {"/": 200, "/b?c=1": 404}

    script = write_script(application, paths)

    assert len(script) == COUNT
    assert [str(request) for request in script[:3]] == [
        *("POST /login", "GET /", "GET /b?c=1"),
    ]
    assert [r.encode({}, {}) for r in script] == [
        r.encode({}, {}) for r in write_script(application, paths)
    ]
    assert {request.method for request in script} > {"HEAD", "OPTIONS", "PROPFIND"}


def test_what_only_gunicorn_passes_to_the_app_is_asked_for_by_a_stranger():
    """Else the app could leave a message in the session for later answers."""
    script = write_script(Application("a", ("a==1",), "a:app"), {"/": 200})

    strangers = {each.path for each in script if not each.sends_cookies}
    refused = [each for each in script if has_invalid_target(each.path)]

    assert len(refused) >= 4
    assert {each.path for each in refused} <= strangers


def test_cookies_and_captured_tokens_are_filled_in():
    request = ScriptedRequest("POST", "/{{id}}", (), b"token={{csrf}}")

    payload = request.encode({"session": "s1"}, {"id": "7", "csrf": "secret"})

    assert payload == (
        b"POST /7 HTTP/1.1\r\nHost: app.test\r\nCookie: session=s1\r\n"
        b"Content-Length: 12\r\n\r\ntoken=secret"
    )


def test_links_of_this_host_are_followed():
    page = (
        '<a href="/a?b=1&amp;c=2#d"></a><a href="https://other.test/x"></a>'
        '<img src="e.png"><a href="mailto:ann@app.test"></a>'
    )
    html = [("content-type", "text/html")]

    assert list_links("/dir/", answer(page.encode(), headers=html)) == [
        *("/a?b=1&c=2", "/dir/e.png"),
    ]
    assert list_links("/", answer(headers=[("location", "/login")])) == ["/login"]


def test_the_page_is_written_from_the_kept_results():
    names = [application.name for application in APPLICATIONS]

    assert PAGE.read_text() == write_page(load_results(), names)


def test_every_application_is_pinned_and_its_names_are_its_own():
    assert all("==" in application.packages[0] for application in APPLICATIONS)
    assert len({application.slug for application in APPLICATIONS}) == len(APPLICATIONS)


def test_a_test_that_differs_in_one_run_only_is_named_and_no_difference(monkeypatch):
    application = Application("a", ("a==1",), "a:app", sdist="a==1", suite=Suite())
    runs = [
        {"x::one": "passed", "x::two": "passed"},
        {"x::one": "failed", "x::two": "failed"},
        {"x::one": "passed", "x::two": "passed"},
        {"x::one": "passed", "x::two": "failed"},
        {"x::one": "passed", "x::two": "passed"},
        {"x::one": "passed", "x::two": "failed"},
    ]
    monkeypatch.setattr(suites, "add_packages", lambda *_: None)
    monkeypatch.setattr(suites, "fetch_sdist", lambda _: Path())
    monkeypatch.setattr(suites, "_run_side", lambda *_: runs.pop(0))

    result = suites.run_suite(application, None)

    assert result.unstable == ["x::one"]
    assert result.differences == ["x::two: passed on stock, failed on the engine"]
