"""Requests of browsers, other sites, proxies and programs, with the right answer."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, request, session
from werkzeug.test import Client, EnvironBuilder

from carboy import Carboy, Settings
from carboy.forms import csrf_exempt, csrf_token

EVIL, OWN, APP = "https://evil.example", "https://shop.example", "https://app.example"
SIBLING = "https://blog.shop.example"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"
IE = "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko"
DONE, REFUSED = "done", "refused"


@dataclass(frozen=True)
class Case:
    """One request, and whether its view must run."""

    says: str
    answer: str
    method: str = "POST"
    path: str = "/save"
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    body: str = "form"
    # Whose token is sent, where, and whether the session cookie is.
    whose: str = ""
    where: str = "field"
    cookie: bool = True
    https: bool = True


def fetch(site, mode="navigate", origin=None, **more):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "User-Agent": CHROME}
    if origin is not None:
        headers["Origin"] = origin
    return headers | more


CASES = [
    # Browsers of today, over https.
    Case("own form", DONE, headers=fetch("same-origin", origin=OWN)),
    Case("own fetch", DONE, headers=fetch("same-origin", "cors", OWN)),
    Case("own fetch, no-cors", DONE, headers=fetch("same-origin", "no-cors", OWN)),
    Case("own beacon", DONE, headers=fetch("same-origin", "no-cors"), body="text"),
    Case("own, policy no-referrer", DONE, headers=fetch("same-origin", origin="null")),
    Case("reload of an answer", DONE, headers=fetch("none", origin="null")),
    Case("foreign form", REFUSED, headers=fetch("cross-site", origin=EVIL)),
    Case("foreign fetch", REFUSED, headers=fetch("cross-site", "cors", EVIL)),
    Case("foreign no-cors", REFUSED, headers=fetch("cross-site", "no-cors", EVIL)),
    Case("foreign frame", REFUSED, headers=fetch("cross-site", origin="null")),
    Case("foreign without origin", REFUSED, headers=fetch("cross-site")),
    Case("foreign, our origin", REFUSED, headers=fetch("cross-site", origin=OWN)),
    Case("sister site", REFUSED, headers=fetch("same-site", origin=SIBLING)),
    Case("http page of us", REFUSED,
         headers=fetch("same-site", origin="http://shop.example")),
    Case("sister without origin", REFUSED, headers=fetch("same-site")),
    Case("trusted site", DONE, headers=fetch("cross-site", "cors", APP)),
    Case("trusted site over http", REFUSED,
         headers=fetch("cross-site", "cors", "http://app.example")),
    Case("a value of tomorrow", REFUSED, headers=fetch("near-origin", origin=OWN)),
    Case("foreign with our token", REFUSED, whose="own",
         headers=fetch("cross-site", origin=EVIL)),
    Case("foreign without origin, with our token", REFUSED, whose="own",
         headers=fetch("cross-site")),
    Case("foreign, no cookie", REFUSED, cookie=False,
         headers=fetch("cross-site", origin=EVIL)),
    # Each method, from us and from elsewhere.
    Case("own PUT", DONE, "PUT", headers=fetch("same-origin", "cors", OWN)),
    Case("own PATCH", DONE, "PATCH", headers=fetch("same-origin", "cors", OWN)),
    Case("own DELETE", DONE, "DELETE", headers=fetch("same-origin", "cors", OWN)),
    Case("foreign PUT", REFUSED, "PUT", headers=fetch("cross-site", "cors", EVIL)),
    Case("foreign PATCH", REFUSED, "PATCH", headers=fetch("cross-site", "cors", EVIL)),
    Case("foreign DELETE", REFUSED, "DELETE",
         headers=fetch("cross-site", "cors", EVIL)),
    Case("foreign GET", DONE, "GET", headers=fetch("cross-site", origin=EVIL)),
    Case("foreign HEAD", DONE, "HEAD", headers=fetch("cross-site", origin=EVIL)),
    # Bodies.
    Case("own JSON", DONE, body="json", headers=fetch("same-origin", "cors", OWN)),
    Case("foreign JSON", REFUSED, body="json",
         headers=fetch("cross-site", "no-cors", EVIL)),
    Case("foreign JSON as text", REFUSED, body="text",
         headers=fetch("cross-site", "no-cors", EVIL)),
    Case("own files", DONE, body="multipart",
         headers=fetch("same-origin", origin=OWN)),
    Case("foreign files", REFUSED, body="multipart",
         headers=fetch("cross-site", origin=EVIL)),
    Case("foreign without a body", REFUSED, body="none",
         headers=fetch("cross-site", origin=EVIL)),
    # Browsers that send Origin only: plain http, and versions before 2023.
    Case("http, own origin", DONE, https=False,
         headers={"Origin": "http://shop.example"}),
    Case("http, own port", DONE, https=False,
         headers={"Origin": "http://shop.example:80"}),
    Case("http, foreign origin", REFUSED, https=False, headers={"Origin": EVIL}),
    Case("http behind a proxy with https", DONE, https=False, headers={"Origin": OWN}),
    Case("https, http origin", REFUSED, headers={"Origin": "http://shop.example"}),
    Case("other port", REFUSED, headers={"Origin": OWN + ":8443"}),
    Case("capitals", DONE, headers={"Origin": "HTTPS://Shop.Example"}),
    Case("null", REFUSED, headers={"Origin": "null"}),
    Case("null, own token", DONE, whose="own", headers={"Origin": "null"}),
    Case("null, own token in a header", DONE, whose="own", where="header",
         headers={"Origin": "null"}),
    Case("http, null, own token", DONE, whose="own", https=False,
         headers={"Origin": "null", "User-Agent": CHROME}),
    Case("null, somebody's token", REFUSED, whose="other", headers={"Origin": "null"}),
    Case("null, own token, no cookie", REFUSED, whose="own", cookie=False,
         headers={"Origin": "null"}),
    Case("null, no cookie", REFUSED, cookie=False, headers={"Origin": "null"}),
    Case("foreign frame with our token", REFUSED, whose="own",
         headers=fetch("cross-site", origin="null")),
    Case("longer name", REFUSED, headers={"Origin": OWN + ".evil.example"}),
    Case("name as user", REFUSED, headers={"Origin": OWN + "@evil.example"}),
    Case("not an origin", REFUSED, headers={"Origin": "file://"}),
    Case("origin without cookies", REFUSED, cookie=False, headers={"Origin": EVIL}),
    # Neither: old browsers, and privacy proxies that remove headers.
    Case("old, no token", REFUSED, headers={"User-Agent": IE}),
    Case("old, own token", DONE, whose="own", headers={"User-Agent": IE}),
    Case("old, own token in a header", DONE, whose="own", where="header",
         headers={"User-Agent": IE}),
    Case("old, token of a prefixed form", DONE, whose="own", where="prefix",
         headers={"User-Agent": IE}),
    Case("old, token in the address", REFUSED, whose="own", where="query",
         headers={"User-Agent": IE}),
    Case("old, somebody's token", REFUSED, whose="other", headers={"User-Agent": IE}),
    Case("old, somebody's token in a header", REFUSED, whose="other", where="header",
         headers={"User-Agent": IE}),
    Case("old, token without the cookie", REFUSED, whose="own", cookie=False,
         headers={"User-Agent": IE}),
    Case("old, first visit", REFUSED, cookie=False, headers={"User-Agent": IE}),
    Case("old, only a referrer", REFUSED, cookie=False, headers={"Referer": EVIL}),
    Case("old files, own token", DONE, whose="own", body="multipart",
         headers={"User-Agent": IE}),
    Case("old JSON, token in a header", DONE, whose="own", where="header", body="json",
         headers={"User-Agent": IE}),
    Case("old JSON, token in the body", REFUSED, whose="own", body="json",
         headers={"User-Agent": IE}),
    # HTTP/1.0, and proxies.
    Case("HTTP/1.0, cookies", REFUSED, environ={"SERVER_PROTOCOL": "HTTP/1.0"}),
    Case("HTTP/1.0, own token", DONE, whose="own",
         environ={"SERVER_PROTOCOL": "HTTP/1.0"}),
    Case("HTTP/1.0, origin", REFUSED, headers={"Origin": EVIL},
         environ={"SERVER_PROTOCOL": "HTTP/1.0", "HTTP_HOST": ""}),
    Case("empty host, null", REFUSED, headers={"Origin": "null"},
         environ={"HTTP_HOST": "", "SERVER_NAME": ""}),
    Case("empty host, not an origin", REFUSED, headers={"Origin": "file://"},
         environ={"HTTP_HOST": "", "SERVER_NAME": ""}),
    Case("proxied https", DONE, https=False,
         headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example",
                  "Origin": OWN}, environ={"HTTP_HOST": "10.0.0.7:8000"}),
    Case("proxied, foreign", REFUSED, https=False,
         headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example",
                  "Origin": EVIL}, environ={"HTTP_HOST": "10.0.0.7:8000"}),
    # Programs.
    Case("program", DONE, cookie=False, headers={"User-Agent": "curl/8.5.0"}),
    Case("program, JSON", DONE, cookie=False, body="json"),
    Case("program with cookies", REFUSED, headers={"User-Agent": "curl/8.5.0"}),
    Case("program with a password", DONE, cookie=False,
         headers={"User-Agent": "curl/8.5.0", "Authorization": "Basic eDp5"}),
    Case("browser with a password", REFUSED, cookie=False,
         headers={"User-Agent": IE, "Authorization": "Basic eDp5"}),
    Case("foreign with a password", REFUSED, cookie=False,
         headers=fetch("cross-site", origin=EVIL, Authorization="Basic eDp5")),
    Case("token client elsewhere", DONE, cookie=False,
         headers=fetch("cross-site", "cors", EVIL, Authorization="Bearer t")),
    # Views that are exempt.
    Case("webhook", DONE, path="/hook", headers=fetch("cross-site", origin=EVIL)),
    Case("API, no cookies", DONE, path="/api", cookie=False,
         headers=fetch("cross-site", "cors", EVIL)),
    Case("API, cookies", REFUSED, path="/api",
         headers=fetch("cross-site", "cors", EVIL)),
]  # fmt: skip


def make_site() -> Carboy:
    """Return a site that counts how often a view ran."""
    settings = Settings.load(
        {},
        environ={
            "CARBOY_PROFILE": "testing",
            "CSRF_TRUSTED_ORIGINS": APP,
            "SECRET_KEY": "k" * 40,
            "PROXY_HOPS": "1",
        },
    )
    app = Carboy("shop", settings=settings, static_folder=None)
    api = csrf_exempt(Blueprint("api", __name__), only_without_cookies=True)
    app.config["DONE"] = 0

    @app.route("/save", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def save():
        app.config["DONE"] += 1
        return "done"

    def hook():
        return save()

    app.add_url_rule("/hook", "hook", csrf_exempt(hook), methods=["POST"])
    api.add_url_rule("/api", "save", save, methods=["POST"])

    @app.get("/token")
    def token():
        session.setdefault("user", request.args.get("user"))
        return csrf_token()

    app.use(api)
    return app


class Visitor:
    """A browser with a session, and somebody else's token."""

    def __init__(self, app: Carboy) -> None:
        self.app = app
        other = Client(app).get("/token?user=mallory")
        mine = Client(app).get("/token?user=ada")
        self.cookie = mine.headers["Set-Cookie"].partition(";")[0]
        self.tokens = {"": "", "own": mine.text, "other": other.text}

    def send(self, case: Case) -> str:
        """Return what became of a request."""
        before = self.app.config["DONE"]
        response = Client(self.app, use_cookies=False).open(self._build(case))
        has_run = self.app.config["DONE"] > before
        response.close()
        if response.status_code == 400 and not has_run:
            return REFUSED
        return DONE if response.status_code == 200 and has_run else "neither"

    def _build(self, case: Case) -> dict[str, Any]:
        headers = dict(case.headers)
        token = self.tokens[case.whose]
        fields = {"title": "Cider"}
        query = ""
        if case.cookie:
            headers["Cookie"] = self.cookie
        if token and case.where == "header":
            headers["X-CSRFToken"] = token
        elif token and case.where == "query":
            query = f"csrf_token={token}"
        elif token:
            name = "csrf_token" if case.where == "field" else "book-csrf_token"
            fields[name] = token
        options: dict[str, Any] = {
            "form": {"data": fields},
            "json": {"json": fields},
            "multipart": {"data": fields, "content_type": "multipart/form-data"},
            "text": {"data": '{"title": "Cider"}', "content_type": "text/plain"},
            "none": {},
        }[case.body]
        if case.method in {"GET", "HEAD"}:
            options = {}
        scheme = "https" if case.https else "http"
        base = f"{scheme}://shop.example"
        builder = EnvironBuilder(
            case.path, base, query, case.method, headers=headers, **options
        )
        environ = builder.get_environ() | case.environ
        builder.close()
        return environ


def list_wrong(app: Carboy) -> list[str]:
    """Return each request whose answer is not the expected one."""
    visitor = Visitor(app)
    wrong = []
    for case in CASES:
        answer = visitor.send(case)
        if answer != case.answer:
            wrong.append(f"{case.says}: {answer} instead of {case.answer}")
    return wrong
