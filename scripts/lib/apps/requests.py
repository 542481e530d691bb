"""The scripted requests: what a visitor does, each page once, and the edges of HTTP."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle, islice

from .catalogue import Application, Step

COUNT = 300
HOST = "app.test"
_BOUNDARY = "----boundary7d1"
Header = tuple[str, str]


@dataclass(frozen=True)
class ScriptedRequest:
    """A request as it goes over the wire, but for cookies and captured tokens."""

    method: str
    path: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    version: str = "1.1"
    host: str | None = HOST
    sends_cookies: bool = True

    def encode(self, cookies: Mapping[str, str], captured: Mapping[str, str]) -> bytes:
        """Return the bytes to send."""
        body = _fill_in(self.body, captured)
        headers = list(self.headers)
        if self.host is not None:
            headers.insert(0, ("Host", self.host))
        if self.sends_cookies and cookies:
            text = "; ".join(f"{name}={value}" for name, value in cookies.items())
            headers.append(("Cookie", text))
        names = {name.lower() for name, _ in headers}
        is_framed = names & {"content-length", "transfer-encoding"}
        if body and not is_framed:
            headers.append(("Content-Length", str(len(body))))
        lines = [f"{self.method} {self.path} HTTP/{self.version}"]
        lines += [f"{name}: {value}" for name, value in headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return _fill_in(head, captured) + body

    def __str__(self) -> str:
        extra = "".join(f" [{name}: {value:.60}]" for name, value in self.headers)
        body = f" {self.body[:60]!r}" if self.body else ""
        return f"{self.method} {self.path:.120}{extra}{body}"


def write_script(
    application: Application, pages: Mapping[str, int]
) -> list[ScriptedRequest]:
    """Return the steps, each path, and the edges until there are enough.

    `pages` are the statuses by path: most edges are sent to pages that exist.
    """
    script = list_steps(application)
    script += [ScriptedRequest("GET", path) for path in list(pages)[: COUNT // 2]]
    missing = max(0, COUNT - len(script))
    existing = [path for path, status in pages.items() if status < 400]
    others = [path for path, status in pages.items() if status >= 400]
    edges = [*existing, *others[: len(existing) // 4 + 1]]
    return script + list(islice(_list_edges(edges), missing))


def list_steps(application: Application) -> list[ScriptedRequest]:
    """Return what a visitor does first."""
    return [_from_step(step) for step in application.steps]


def _from_step(step: Step) -> ScriptedRequest:
    body = step.body.encode() if isinstance(step.body, str) else step.body
    return ScriptedRequest(step.method, step.path, step.headers, body)


def _list_edges(paths: list[str]) -> Iterator[ScriptedRequest]:
    """Yield a variant of a path after the other; all variants come, then again."""
    variants = [*_METHODS, *_QUERIES, *_HEADERS, *_BODIES, *_PATHS, *_HOSTS]
    # A step that has no factor in common meets each variant with each path.
    for number, variant in enumerate(cycle(variants)):
        path = paths[(number * 7 + number // len(variants)) % len(paths)]
        yield variant(ScriptedRequest("GET", path))


Variant = Callable[[ScriptedRequest], ScriptedRequest]


def _method(method: str, body: bytes = b"") -> Variant:
    def change(request: ScriptedRequest) -> ScriptedRequest:
        return replace(request, method=method, body=body)

    return change


def has_invalid_target(path: str) -> bool:
    """Return whether Granian answers this target itself, and no app sees it."""
    return not path.isascii() or bool(set(path) & set('"<>`'))


def _replace_path(request: ScriptedRequest, path: str) -> ScriptedRequest:
    """Ask as a stranger what Granian answers itself.

    On gunicorn the app could leave a message in the session for later answers.
    """
    sends_cookies = request.sends_cookies and not has_invalid_target(path)
    return replace(request, path=path, sends_cookies=sends_cookies)


def _query(text: str) -> Variant:
    def change(request: ScriptedRequest) -> ScriptedRequest:
        joint = "&" if "?" in request.path else "?"
        return _replace_path(request, f"{request.path}{joint}{text}")

    return change


def _headers(*pairs: Header, method: str = "GET", cookies: bool = True) -> Variant:
    def change(request: ScriptedRequest) -> ScriptedRequest:
        return replace(request, method=method, headers=pairs, sends_cookies=cookies)

    return change


def _body(kind: str, body: bytes, method: str = "POST", **more: str) -> Variant:
    pairs = [("Content-Type", kind)] if kind else []
    pairs += [(name.replace("_", "-"), value) for name, value in more.items()]

    def change(request: ScriptedRequest) -> ScriptedRequest:
        return replace(request, method=method, headers=tuple(pairs), body=body)

    return change


def _path(change_path: Callable[[str], str]) -> Variant:
    def change(request: ScriptedRequest) -> ScriptedRequest:
        return _replace_path(request, change_path(request.path))

    return change


def _host(host: str | None, version: str = "1.1") -> Variant:
    def change(request: ScriptedRequest) -> ScriptedRequest:
        return replace(request, host=host, version=version)

    return change


def _chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def _multipart(*parts: tuple[str, bytes], end: bool = True) -> bytes:
    lines = []
    for head, content in parts:
        lines += [f"--{_BOUNDARY}", f"Content-Disposition: form-data; {head}"]
        lines += ["", content.decode("latin-1")]
    last = f"--{_BOUNDARY}--\r\n" if end else ""
    return ("\r\n".join(lines) + "\r\n" + last).encode("latin-1")


def _fill_in(payload: bytes, captured: Mapping[str, str]) -> bytes:
    return re.sub(
        rb"\{\{(\w+)\}\}",
        lambda match: captured.get(match[1].decode(), "").encode(),
        payload,
    )


def _double_slashes(path: str) -> str:
    return re.sub(r"(?<=.)/", "//", path, count=1) + "//"


def _encode_all(path: str) -> str:
    bare, mark, query = path.partition("?")
    coded = "".join(c if c == "/" else f"%{ord(c):02x}" for c in bare)
    return coded + mark + query


_METHODS = [
    _method("HEAD"),
    _method("OPTIONS"),
    _method("POST"),
    _method("PUT"),
    _method("PATCH"),
    _method("DELETE"),
    _method("PROPFIND"),
    _method("TRACE"),
    _method("GET", b"a body with GET"),
    _method("DELETE", b'{"a": 1}'),
    _method("HEAD", b"body"),
]
_QUERIES = [
    _query(text)
    for text in (
        "a=1&a=2&b",
        "=&&=x&%&%zz=%ff",
        "q=caf%C3%A9&q=caf%E9",
        "q=caf\xe9",
        "page=-1",
        "page=99999999999999999999",
        "limit=abc&offset=",
        "next=//evil.test/%0d%0aX-Header:1",
        "a[]=1&a[b]=2;c=3",
        "q=%3Cscript%3E'\"",
        "+=+&%20=%20&a+b=c+d",
        "x=" + "y" * 3000,
        "a=1#fragment",
        "q=%00",
        "q=a?b?c",
    )
]
_HEADERS = [
    _headers(("If-None-Match", "*")),
    _headers(("If-None-Match", '"no-such-tag", W/"other"')),
    _headers(("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")),
    _headers(("If-Modified-Since", "not a date")),
    _headers(("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")),
    _headers(("If-Match", '"no-such-tag"')),
    _headers(("Range", "bytes=0-9")),
    _headers(("Range", "bytes=-5")),
    _headers(("Range", "bytes=5-")),
    _headers(("Range", "bytes=0-1,3-4")),
    _headers(("Range", "bytes=999999999-")),
    _headers(("Range", "lines=1-2")),
    _headers(("Range", "bytes=0-9"), ("If-Range", '"other"')),
    _headers(("Range", "bytes=0-9"), method="HEAD"),
    _headers(("Accept", "application/json")),
    _headers(("Accept", "text/html;q=0.1, */*;q=2, broken;;")),
    _headers(("Accept-Encoding", "gzip, br, zstd, deflate")),
    _headers(("Accept-Language", "de-DE,de;q=0.9,zh-CN;q=0.8,*;q=0.1")),
    _headers(("Accept-Charset", "utf-7")),
    _headers(("X-Requested-With", "XMLHttpRequest")),
    _headers(("Authorization", "Basic dXNlcjpwYXNz")),
    _headers(("Authorization", "Basic !!!not-base64")),
    _headers(("Authorization", "Bearer a.b.c")),
    _headers(("Cookie", 'session=bad; ; =; a; b="q\\054"; c=%zz'), cookies=False),
    _headers(("Cookie", "session=eyJhIjoxfQ.aaaa.bbbb"), cookies=False),
    _headers(("Cookie", "n\xe4me=w\xe4rt; session=\xff"), cookies=False),
    _headers(("Cookie", "a=1"), ("Cookie", "b=2"), cookies=False),
    _headers(cookies=False),
    _headers(("Origin", "https://elsewhere.test")),
    _headers(
        ("Origin", "https://elsewhere.test"),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "x-one, X-Two"),
        method="OPTIONS",
    ),
    # Without cookies: a session may be bound to the browser.
    _headers(("Referer", "https://app.test/\xe9?a=b"), cookies=False),
    _headers(("User-Agent", 'caf\xe9 "quoted" (\xff)'), cookies=False),
    _headers(("X-Large", "z" * 8000)),
    _headers(*((f"X-Header-{number}", "value") for number in range(80))),
    _headers(("X-Twice", "one"), ("X-Twice", "two, three")),
    _headers(("X_Under_Score", "dropped"), ("X-Forwarded-For", "1.2.3.4")),
    _headers(
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "other.test"),
        ("X-Forwarded-Prefix", "/prefix"),
        ("X-Script-Name", "/script"),
    ),
    _headers(("X-HTTP-Method-Override", "DELETE"), method="POST"),
    _headers(("Content-Type", "text/plain; charset=latin-1")),
    _headers(("X-Empty", "")),
    _headers(("DNT", "1"), ("Sec-Fetch-Site", "cross-site")),
    _headers(("Connection", "close")),
]
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = f"multipart/form-data; boundary={_BOUNDARY}"
_JSON = "application/json"
_BODIES = [
    _body(_FORM, b"a=1&a=2&b=&=x&%zz"),
    _body(_FORM, b"name=caf%C3%A9&text=caf\xe9+%FF"),
    _body(f"{_FORM}; charset=latin-1", b"name=caf%E9"),
    _body(_FORM, b"x=" + b"y" * 20_000),
    _body(_FORM, b"&".join(b"f%d=1" % number for number in range(900))),
    _body(_FORM, b"a=1", "PUT"),
    _body(_FORM, _chunked(b"a=1&b=2"), Transfer_Encoding="chunked"),
    _body(_JSON, b'{"a": [1, 2.5, null, true, "caf\xc3\xa9"]}'),
    _body(_JSON, b'{"a": '),
    _body(_JSON, b"[]"),
    _body(_JSON, b"null"),
    _body(_JSON, b'"\xff"'),
    _body(_JSON, b""),
    _body(_JSON, b"NaN"),
    _body(_JSON, b"[" * 60 + b"]" * 60),
    _body(_JSON, b'{"a": 1, "a": 2}', "PATCH"),
    _body(_JSON, _chunked(b'{"a": 1}'), "PUT", Transfer_Encoding="chunked"),
    _body("application/vnd.api+json", b'{"data": {}}'),
    _body("text/plain", b"just text"),
    _body("", b"no content type"),
    _body("invalid", b"\x00\x01\xff"),
    _body("application/octet-stream", bytes(range(256)) * 8),
    _body("application/xml", b"<a><b/></a>"),
    _body(_MULTIPART, _multipart(('name="a"', b"1"), ('name="a"', b"caf\xe9"))),
    _body(_MULTIPART, _multipart(('name="f"; filename="a.txt"', b"content"))),
    _body(_MULTIPART, _multipart(('name="f"; filename=""', b""))),
    _body(_MULTIPART, _multipart(('name="a"', b"cut"), end=False)),
    _body("multipart/form-data", b"no boundary"),
    _body(_MULTIPART, b""),
    _body(_MULTIPART, _multipart(("filename*=UTF-8''%e2%82%ac; name=f", b"x"))),
    _body(_JSON, b'{"a": 1}', Expect="100-continue"),
]
_PATHS = [
    _path(lambda path: path + "/"),
    _path(lambda path: path.rstrip("/") or "/"),
    _path(_double_slashes),
    _path(_encode_all),
    _path(lambda _: "/no/such/page"),
    _path(lambda _: "/caf%C3%A9/%E9"),
    _path(lambda _: "/caf\xe9"),
    _path(lambda _: "/%2e%2e/%2e%2e/etc/passwd"),
    _path(lambda _: "/static/../../etc/passwd"),
    _path(lambda _: "/static/%2e%2e/%2e%2e/etc/passwd"),
    _path(lambda _: "/a%2Fb%5Cc%3Fd%23e"),
    _path(lambda _: "/%00"),
    _path(lambda _: "/;a=b/:c/@d/!$&'()*+,="),
    _path(lambda _: "/" + "long/" * 600),
    _path(lambda _: "/%zz/%"),
    _path(lambda path: path.upper()),
    _path(lambda _: "//evil.test/page"),
    _path(lambda _: "/favicon.ico"),
    _path(lambda path: f"http://{HOST}{path}"),
    _path(lambda _: '/{}[]|^`"<>'),
]
_HOSTS = [
    _host("app.test:8080"),
    _host("APP.Test"),
    _host("sub.app.test"),
    _host("127.0.0.1"),
    _host("[::1]:80"),
    _host("xn--bcher-kva.test"),
    _host("bad_host"),
    _host("bad host"),
    _host("a/b"),
    _host("user@app.test"),
    _host("app.test:"),
    _host("app.test:port"),
    _host(None),
    _host(None, "1.0"),
    _host(HOST, "1.0"),
]
