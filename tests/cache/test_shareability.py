"""A page is served only to those whom it is for."""

import gzip

import pytest
from flask import (
    Response,
    abort,
    after_this_request,
    make_response,
    request,
    session,
    stream_with_context,
)

from carboy.site import csp_nonce
from tests.cache.conftest import get_twice


def get_three_times(site, view, **options):
    """Return what three requests get from a view that counts."""
    app, cache = site
    app.add_url_rule("/", "page", cache.cached(50, **options)(view))
    client = app.test_client()
    return [client.get("/").text for _ in range(3)]


def test_a_page_that_reads_the_session_is_not_shared(site, count, caplog):
    def page():
        session.get("user")
        return str(count())

    assert get_three_times(site, page) == ["1", "2", "3"]
    assert caplog.text.count("it reads the session") == 1


@pytest.mark.parametrize(
    "read",
    [
        lambda: "a" in session, lambda: len(session), lambda: session.get("a"),
        lambda: list(session), lambda: [*session.keys()], lambda: [*session.items()],
        lambda: bool(session), lambda: dict(session), lambda: session.pop("a", 1),
        lambda: [*session.values()], lambda: session.setdefault("a", 1),
        lambda: session.permanent, lambda: request.cookies.get("a"),
        lambda: request.args.get("a"), lambda: request.values.get("a"), csp_nonce,
        lambda: request.url, lambda: request.full_path,
        lambda: request.accept_languages.best, lambda: request.user_agent.string,
        lambda: request.accept_mimetypes.best,
        lambda: after_this_request(lambda response: response),
        lambda: session.update(a=1),
    ],
)  # fmt: skip
def test_a_page_that_depends_on_its_visitor_is_not_shared(site, count, read):
    def page():
        read()
        return str(count())

    assert get_three_times(site, page) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.set_cookie("a", "1"), lambda r: setattr(r, "status_code", 404),
        lambda r: setattr(r, "status_code", 500), lambda r: r.vary.add("Cookie"),
        lambda r: r.vary.add("Accept-Language"), lambda r: r.vary.add("*"),
        lambda r: setattr(r.cache_control, "no_store", True),
        lambda r: setattr(r.cache_control, "private", True),
        lambda r: setattr(r, "status_code", 302),
        lambda r: setattr(r, "status_code", 206),
    ],
)  # fmt: skip
def test_a_response_that_is_not_public_is_not_shared(site, count, change):
    def page():
        response = make_response(str(count()))
        change(response)
        return response

    assert get_three_times(site, page) == ["1", "2", "3"]


def test_a_streamed_response_is_not_cached(site, count):
    def page():
        return Response(stream_with_context(iter([str(count())])))

    assert get_three_times(site, page) == ["1", "2", "3"]


def test_an_error_is_not_cached(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        if count() < 3:
            abort(404)
        return "page"

    client = app.test_client()

    assert [client.get("/").status_code for _ in range(4)] == [404, 404, 200, 200]


def test_vary_on_accept_encoding_does_not_prevent_caching(site, count):
    def page():
        response = make_response(str(count()))
        response.vary.add("Accept-Encoding")
        return response

    assert get_three_times(site, page) == ["1", "1", "1"]


def test_an_authorized_request_neither_reads_nor_fills_the_cache(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        return str(count())

    client, known = app.test_client(), {"Authorization": "Bearer x"}

    assert client.get("/", headers=known).text == "1"
    assert [client.get("/").text, client.get("/").text] == ["2", "2"]
    assert client.get("/", headers=known).text == "3"
    assert client.get("/").text == "2"


def test_what_a_hook_read_from_the_session_does_not_reach_other_visitors(site, count):
    app, cache = site
    user = {}

    @app.before_request
    def load():
        user["name"] = session.get("name", "nobody")

    @app.route("/in/<name>")
    def log_in(name):
        session["name"] = name
        return ""

    @app.route("/")
    @cache.cached(50)
    def page():
        return f"{user['name']} {count()}"

    ada, nobody = app.test_client(), app.test_client()
    ada.get("/in/ada")

    assert [ada.get("/").text, ada.get("/").text] == ["ada 1", "ada 2"]
    assert [nobody.get("/").text, nobody.get("/").text] == ["nobody 3", "nobody 3"]
    assert ada.get("/").text == "ada 4"


def test_caching_does_not_open_the_session(sites, count):
    app, cache = sites.make()
    opened = []
    interface = app.session_interface
    open_session = interface.open_session

    class Interface(type(interface)):
        lazy = True

        def open_session(self, app, request):
            opened.append(1)
            return open_session(app, request)

    app.session_interface = Interface()
    app.add_url_rule("/", "page", cache.cached(50)(lambda: str(count())))

    assert get_twice(app) == ("1", "1")
    assert opened == []


def test_each_user_has_separate_pages_with_per_user(site, count):
    app, cache = site

    @app.route("/in/<name>")
    def log_in(name):
        session["_user_id"] = name
        return ""

    @app.route("/")
    @cache.cached(50, per_user=True)
    def page():
        return f"{session.get('_user_id')} {count()}"

    ada, bob, nobody = app.test_client(), app.test_client(), app.test_client()
    ada.get("/in/ada")
    bob.get("/in/bob")

    assert [ada.get("/").text, ada.get("/").text] == ["ada 1", "ada 1"]
    assert [bob.get("/").text, ada.get("/").text] == ["bob 2", "ada 1"]
    assert [nobody.get("/").text, nobody.get("/").text] == ["None 3", "None 4"]
    assert "private" in ada.get("/").headers["Cache-Control"]
    assert "Cookie" in ada.get("/").headers["Vary"]


def test_per_user_may_be_a_function(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50, per_user=lambda: request.headers.get("Authorization"))
    def page():
        return f"{request.headers.get('Authorization')} {count()}"

    client = app.test_client()
    texts = [
        client.get("/", headers={"Authorization": name}).text
        for name in ("a", "b", "a", "b")
    ]

    assert texts == ["a 1", "b 2", "a 1", "b 2"]


def test_a_page_may_vary_on_headers_and_functions(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50, vary_on=["Accept-Language", lambda: request.cookies.get("theme")])
    def page():
        theme = request.cookies.get("theme")
        response = make_response(f"{request.accept_languages} {theme} {count()}")
        response.vary.add("Accept-Language")
        return response

    client = app.test_client()
    german = {"Accept-Language": "de"}
    first = client.get("/", headers=german)
    client.set_cookie("theme", "dark")
    dark = client.get("/", headers=german).text

    assert (first.text, dark) == ("de None 1", "de dark 2")
    assert client.get("/", headers=german).text == dark
    assert client.get("/", headers={"Accept-Language": "fr"}).text == "fr dark 3"
    client.delete_cookie("theme")
    assert client.get("/", headers=german).text == "de None 1"
    assert first.headers["Vary"].count("Accept-Language") == 1


def test_each_host_has_separate_pages_and_one_key_deletes_them_all(site, count):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        return f"{request.url_root} {count()}"

    def get(host):
        return app.test_client().get("/", base_url=f"http://{host}").text

    assert get("a.example") == get("a.example") == "http://a.example/ 1"
    assert get("evil.example") == get("evil.example") == "http://evil.example/ 2"
    assert get("a.example") == "http://a.example/ 1"
    with app.app_context():
        cache.delete("view//")
    assert get("evil.example") == "http://evil.example/ 3"
    assert get("a.example") == get("a.example") == "http://a.example/ 4"


def test_a_page_that_the_view_compresses_is_not_shared(site):
    app, cache = site

    @app.route("/")
    @cache.cached(50)
    def page():
        is_accepted = "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(gzip.compress(b"page") if is_accepted else b"page")
        if is_accepted:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        return response

    client = app.test_client()
    client.get("/", headers={"Accept-Encoding": "gzip"})

    assert client.get("/").data == b"page"


def test_a_query_in_the_key_does_not_allow_reading_cookies(site):
    app, cache = site

    @app.route("/")
    @cache.cached(50, query_string=True)
    def page():
        return f"{request.args.get('a')} {request.cookies.get('name')}"

    ada, bob = app.test_client(), app.test_client()
    ada.set_cookie("name", "ada")
    bob.set_cookie("name", "bob")

    assert ada.get("/?a=1").text == "1 ada"
    assert bob.get("/?a=1").text == "1 bob"


def test_a_query_in_the_key_allows_reading_the_url(site, count):
    def page():
        return f"{request.full_path} {count()}"

    texts = get_three_times(site, page, query_string=True)

    assert texts == ["/? 1"] * 3


def test_a_header_in_vary_on_may_be_read(site, count):
    def page():
        return f"{request.accept_languages.best} {count()}"

    assert get_three_times(site, page, vary_on=["accept-language"]) == ["None 1"] * 3


def test_a_query_that_a_hook_has_read_is_tracked_in_the_view(site):
    app, cache = site
    app.before_request(lambda: request.values.get("a") and None)

    @app.route("/")
    @cache.cached(50)
    def page():
        return str(request.values.get("a"))

    client = app.test_client()
    client.get("/?a=1")

    assert client.get("/?a=2").text == "2"


def test_a_page_depends_on_the_headers_of_the_functions_that_it_calls(site):
    app, cache = site

    @cache.cached(50, key_prefix="menu", vary_on=["Accept-Language"])
    def menu():
        return request.headers["Accept-Language"]

    def page():
        return menu()

    app.add_url_rule("/menu", "menu", page)
    app.add_url_rule("/", "page", cache.cached(50)(page))
    client = app.test_client()
    languages = [{"Accept-Language": name} for name in ("de", "fr")]
    texts = [
        client.get(path, headers=headers).text
        for path in ("/menu", "/", "/")
        for headers in languages
    ]

    assert texts == ["de", "fr"] * 3
