"""Many visitors of a site whose pages depend on the visitor in every possible way."""

import random
from dataclasses import dataclass, field

from flask import Flask, make_response, request, session

from carboy.cache import Cache
from carboy.core import ContextState
from carboy.site import csp_nonce

USERS = ("ada", "bob", "cyd", "dan")
PATHS = (
    "session", "hook", "cookie", "header", "query", "mine", "own", "writes", "nonce",
    "sets", "public", "plain", "part",
)  # fmt: skip


@dataclass
class VisitResult:
    foreign: list[str] = field(default_factory=list)
    hits: int = 0


# As on many sites, a hook stores the user in `g` before the view is called.
_name = ContextState("visit_name", str)


def count_foreign_answers(
    app: Flask, cache: Cache, visits: int, *, seed: int
) -> VisitResult:
    """Simulate visits, and list the responses that contain the name of another."""
    dice = random.Random(seed)
    computed = _add_pages(app, cache)
    clients = {name: app.test_client() for name in (*USERS, "")}
    for name, client in clients.items():
        if name:
            client.get(f"/in/{name}")
            client.set_cookie("name", name)
    result = VisitResult()
    for _ in range(visits):
        name, path = dice.choice((*USERS, "")), dice.choice(PATHS)
        headers = {"Authorization": name} if name and path == "header" else {}
        query = f"?name={name}" if path == "query" else ""
        before = computed[0]
        text = clients[name].get(f"/{path}{query}", headers=headers).text
        result.hits += computed[0] == before
        if not _is_own(name, path, text):
            result.foreign.append(f"{name!r} at {path} got {text!r}")
        if name and dice.random() < 0.02:
            clients[name].get("/out")
            clients[name].get(f"/in/{name}")
    return result


def _is_own(name: str, path: str, text: str) -> bool:
    if any(other in text for other in USERS if other != name):
        return False
    return path in {"public", "plain"} or name in text


def _add_pages(app: Flask, cache: Cache) -> list[int]:
    computed = [0]

    def page(path, compute, **options):
        def view():
            computed[0] += 1
            return compute()

        view.__name__ = view.__qualname__ = path
        app.add_url_rule(f"/{path}", path, cache.cached(30, **options)(view))

    @app.before_request
    def load():
        if request.path in {"/hook", "/sets"}:
            _name.set(_user())

    app.add_url_rule("/in/<name>", "in", _log_in)
    app.add_url_rule("/out", "out", _log_out)
    page("session", _user)
    page("hook", _name.get)
    page("cookie", lambda: request.cookies.get("name", ""))
    page("header", lambda: request.headers.get("Authorization", ""))
    page("query", lambda: request.args.get("name", ""), query_string=True)
    page("mine", _user, per_user=True)
    page("own", _user, per_user=lambda: session.get("_user_id"))
    page("writes", _write)
    page("nonce", lambda: str(len(csp_nonce())) + _user())
    page("sets", _set_cookie)
    page("public", lambda: "for all")
    page("plain", lambda: {"for": "all"})
    page("part", cache.memoize(30)(_user))
    return computed


def _user():
    return session.get("_user_id", "")


def _write():
    session["last"] = 1
    return _user()


def _set_cookie():
    response = make_response(_name.get())
    response.set_cookie("seen", _name.get())
    return response


def _log_in(name):
    session["_user_id"] = name
    return ""


def _log_out():
    session.clear()
    return ""
