"""Every kind of request has the expected answer, and each guard is needed for it."""

import inspect
from dataclasses import replace

import pytest
from werkzeug.test import Client

from carboy.forms import csrf, extension, origin, rotate_csrf_token, token
from carboy.forms.token import make_token
from tests.forms.csrf_matrix import CASES, list_wrong, make_site


def test_each_request_has_the_expected_answer():
    assert list_wrong(make_site()) == []


def test_the_matrix_is_as_large_as_promised_and_has_no_case_twice():
    assert len(CASES) >= 60
    assert len({case.says for case in CASES}) == len(CASES)
    requests = {repr(replace(case, says="", answer="")) for case in CASES}
    assert len(requests) == len(CASES)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("where", ["form", "header", "JSON"])
def test_only_the_token_of_the_session_itself_is_valid(method, where):
    app = make_site()
    app.add_url_rule("/login", "login", lambda: rotate_csrf_token() or "")
    client, other = Client(app), Client(app)
    expired = client.get("/token").text
    client.get("/login")
    token = client.get("/token").text
    tokens = {
        "missing": None,
        "empty": "",
        "short": token[:-4],
        "long": token + "AAAA",
        "wrong": token[:40] + ("A" if token[40] != "A" else "B") + token[41:],
        "not a token": "\u200b☃",
        "of another user": other.get("/token").text,
        "of an anonymous visitor": make_token({}),
        "expired": expired,
    }

    def send(value):
        sent = {} if value is None else {"csrf_token": value}
        if where == "header":
            value = None if value is None else value.encode().decode("latin-1")
            headers = {} if value is None else {"X-CSRFToken": value}
            return client.open("/save", method=method, headers=headers)
        options = {"data": sent} if where == "form" else {"json": sent}
        return client.open("/save", method=method, **options)

    wrong = [name for name, value in tokens.items() if send(value).status_code != 400]

    assert wrong == []
    # A token in a JSON body counts nowhere: scripts have the header for it.
    assert send(token).status_code == (400 if where == "JSON" else 200)


# Module, function, a part of its source, and the same without the guard.
GUARDS = [
    (origin, "judge", "scheme and scheme not in _AMBIENT_SCHEMES", "scheme"),
    (origin, "judge", "scheme and scheme not in _AMBIENT_SCHEMES", "False"),
    (origin, "judge", "if fetch_site in _OWN_SITES", "if fetch_site"),
    (origin, "judge", "if fetch_site in _OWN_SITES", "if False"),
    (origin, "judge", "in _OWN_SITES", "in _OWN_SITES | {'same-site'}"),
    (origin, "judge", "in _OWN_SITES", "in {'same-origin'}"),
    (origin, "judge", 'request.origin == "null" and', "request.origin and"),
    (origin, "judge", '"null" and not fetch_site', '"null"'),
    (origin, "judge", 'request.origin == "null"', "False"),
    (origin, "judge", "not fetch_site and _is_own(request)", "_is_own(request)"),
    (origin, "judge", "not fetch_site and _is_own(request)", "not fetch_site"),
    (origin, "judge", "in trusted_origins", "not in ()"),
    (origin, "judge", "in trusted_origins", "in ()"),
    (origin, "judge", "    if fetch_site:\n", "    if False:\n"),
    (origin, "judge", "request.has_cookies or", ""),
    (origin, "judge", "or request.is_browser", ""),
    (origin, "_is_own", "if origin is None", "if False"),
    (origin, "_is_own", 'if request.scheme == "http"', "if False"),
    (origin, "_is_own", "own.add(", "own.add(origin) or own.add("),
    (origin, "normalize_origin", "_ORIGIN.fullmatch", "_ORIGIN.match"),
    (origin, "normalize_origin", "not port or", "True or"),
    (origin, "normalize_origin", "or int(port) == _DEFAULT_PORTS[scheme]", ""),
    (origin, "normalize_origin", 'match["host"].lower()', 'match["host"]'),
    (csrf, "check_view", 'and "Cookie" not in current.headers', ""),
    (csrf, "check_view", "extent == ALWAYS or", "False or"),
    (csrf, "check_view", "check_request(protection)", "None"),
    (csrf, "check_request", "verdict is Verdict.REFUSED", "False"),
    (csrf, "check_request", "not has_valid_token(protection.settings)", "False"),
    (csrf, "check_request", "not has_valid_token(protection.settings)", "True"),
    (csrf, "has_valid_token", "_is_valid(token)", "True"),
    (csrf, "has_valid_token", "_is_valid(token)", "False"),
    (csrf, "has_valid_token", "_is_valid(value)", "False"),
    (csrf, "has_valid_token", "current.form.items", "current.values.items"),
    (csrf, "has_valid_token", 'or key.endswith(f"-{name}")', ""),
    (csrf, "read_origin", 'headers.get("Sec-Fetch-Site", "")', '""'),
    (csrf, "read_origin", 'headers.get("Origin", "")', '""'),
    (csrf, "read_origin", 'headers.get("Authorization", "")', '""'),
    (csrf, "read_origin", '"Cookie" in headers', "False"),
    (csrf, "read_origin", '"Referer" in headers', "False"),
    (csrf, "read_origin", '("Mozilla/", "Opera/")', '("Opera/",)'),
    (csrf, "read_origin", "scheme=current.scheme", 'scheme="http"'),
    (csrf, "make_hook", "in methods", 'in {"POST"}'),
    (csrf, "make_hook", "in methods", 'in methods | {"GET", "HEAD"}'),
    (csrf, "make_protection", "frozenset(each for each in origins if each)", "()"),
    (csrf, "is_valid_token", "hmac.compare_digest(", "True or ("),
    (csrf, "is_valid_token", "secret is None or", "secret is None or True or"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "name", "guard", "without"),
    GUARDS,
    ids=[f"{name}-{number}" for number, (_, name, *_) in enumerate(GUARDS)],
)
def test_each_guard_is_needed(monkeypatch, module, name, guard, without):
    function = getattr(module, name)
    source = inspect.getsource(function)
    assert source.count(guard) == 1, f"{name} has no {guard!r} any more"
    home = inspect.getmodule(function)
    namespace = dict(vars(home))
    exec(source.replace(guard, without), namespace)  # noqa: S102 - our own source
    # Other functions look it up by name; a copy in another module has to go too.
    for user in (home, csrf, extension):
        if getattr(user, name, None) is function:
            monkeypatch.setattr(user, name, namespace[name])

    assert list_wrong(make_site()) != []


def test_a_changed_copy_of_a_function_works_as_before():
    # Otherwise a copy that fails for another reason would count as a needed guard.
    for function in (origin.judge, csrf.check_view, token.is_valid_token):
        home = inspect.getmodule(function)
        namespace = dict(vars(home))
        exec(inspect.getsource(function), namespace)  # noqa: S102 - our own source
        assert callable(namespace[function.__name__])
