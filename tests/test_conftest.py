"""If this passes, each test finds the services that it asks for, and its own place."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest
import redis
from werkzeug.routing import BaseConverter, Map, Rule

from tests.browser import ENTER, BrowserError
from tests.clock import START, Clock
from tests.places import PostgresqlPlaces

PAGE = (
    "data:text/html,<title>t</title><h1>Hello</h1><form><input id=name>"
    "<button type=button onclick=\"document.querySelector('h1').textContent ="
    " document.querySelector('%23name').value\">ok</button></form>"
)


def connect_to_mariadb(url: str) -> pymysql.Connection:
    parts = urlsplit(url)
    return pymysql.connect(
        host=str(parts.hostname),
        port=int(parts.port or 0),
        user=str(parts.username),
        password=str(parts.password),
        database=parts.path.strip("/"),
        autocommit=True,
    )


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_postgresql_database(fresh_postgresql, turn):
    with psycopg.connect(fresh_postgresql) as connection:
        connection.execute("CREATE TABLE things (id integer)")
        row = connection.execute("SELECT count(*) FROM things").fetchone()

    assert row == (0,)


def count_tables_and_schemas(url):
    count = """
        SELECT (SELECT count(*) FROM pg_tables WHERE schemaname = 'public'),
        (SELECT count(*) FROM pg_namespace WHERE nspname = 'other')"""
    with psycopg.connect(url) as connection:
        return connection.execute(count).fetchone()


def test_a_used_database_is_empty_and_has_another_name_for_the_next(postgresql_url):
    places = PostgresqlPlaces(postgresql_url)
    with places.make() as first:
        # A process that was left over, in the middle of a transaction.
        left = psycopg.connect(first)
        left.execute("CREATE TABLE things (id integer)")
        left.commit()
        left.execute("LOCK TABLE things")

    with places.make() as second:
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(first)
        assert count_tables_and_schemas(second) == (0, 0)
        with psycopg.connect(second) as connection:
            connection.execute("CREATE SCHEMA other")

    with places.make() as third:
        assert count_tables_and_schemas(third) == (0, 0)
    places.close()
    left.close()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_mariadb_database(fresh_mariadb, turn):
    connection = connect_to_mariadb(fresh_mariadb)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE things (id integer)")
        cursor.execute("SELECT count(*) FROM things")

        assert cursor.fetchone() == (0,)


def test_a_transaction_left_open_does_not_hold_up_the_end_of_a_test(fresh_mariadb):
    connection = connect_to_mariadb(fresh_mariadb)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE things (id integer)")
        cursor.execute("BEGIN")

        cursor.execute("SELECT * FROM things")


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_redis(fresh_redis, turn):
    with redis.Redis.from_url(fresh_redis) as client:
        assert client.incr("count") == 1


def test_a_killed_redis_comes_back_with_its_data_on_the_same_port(private_redis):
    with redis.Redis.from_url(private_redis.url) as client:
        client.set("key", "value")

        private_redis.kill()

        with pytest.raises(redis.ConnectionError):
            client.get("key")
        private_redis.start()
        assert client.get("key") == b"value"


def test_a_paused_redis_answers_nothing_until_it_goes_on(private_redis):
    with redis.Redis.from_url(private_redis.url, socket_timeout=0.2) as client:
        client.ping()
        private_redis.pause()

        with pytest.raises(redis.TimeoutError):
            client.ping()

        private_redis.resume()
        assert client.ping()


def test_a_killed_postgresql_comes_back_with_its_data(private_postgresql):
    with psycopg.connect(private_postgresql.url) as connection:
        connection.execute("CREATE TABLE things AS SELECT 7 AS number")
    private_postgresql.kill()

    private_postgresql.start()

    with psycopg.connect(private_postgresql.url) as connection:
        row = connection.execute("SELECT number FROM things").fetchone()
    assert row == (7,)


def test_equal_rules_of_two_apps_build_the_urls_of_their_own():
    class Shouting(BaseConverter):
        def to_url(self, value):
            return str(value).upper()

    plain = Map([Rule("/<name>", endpoint="page", defaults={"page": 1})])
    loud = Map(
        [Rule("/<quiet>/x", endpoint="page"), Rule("/<loud:quiet>/x", endpoint="loud")],
        converters={"loud": Shouting},
    )
    other = Map([Rule("/<quiet>/x", endpoint="other", subdomain="shop")])

    assert plain.bind("a").build("page", {"name": "b", "page": 1}) == "/b"
    assert loud.bind("a").build("page", {"quiet": "b", "more": 2}) == "/b/x?more=2"
    assert loud.bind("a").build("loud", {"quiet": "b"}) == "/B/x"
    url = other.bind("a", subdomain="www").build("other", {"quiet": "b"})
    assert url == "http://shop.a/b/x"


def test_the_clock_moves_only_when_told(clock: Clock):
    clock.advance(2.5)

    assert clock() == START + 2.5
    with pytest.raises(ValueError, match="forward only"):
        clock.advance(-1)


def test_the_browser_clicks_types_and_reads(browser):
    browser.goto(PAGE)
    browser.type("#name", "World")

    browser.click("button")

    assert browser.text("h1") == "World"
    assert browser.title == "t"
    assert browser.console_errors == []


@pytest.fixture
def site() -> Iterator[str]:
    """A site of one page, which counts visits in a cookie and in the storage."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Set-Cookie", "seen=yes; HttpOnly")
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(
                b"<p id=cookie>" + self.headers.get("Cookie", "none").encode() + b"</p>"
                b"<p id=store></p><select><option value=a>A<option value=b>B</select>"
                b"<input type=file><form action=/sent><input name=q></form><script>"
                b"document.querySelector('#store').textContent ="
                b" localStorage.n || 'no';"
                b"localStorage.n = 1</script>"
            )

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_browser_remembers_until_the_next_test(browser, site):
    def look() -> tuple[str, str]:
        browser.goto(site)
        return browser.text("#cookie"), browser.text("#store")

    assert look() == ("none", "no")
    assert browser.cookies["seen"]["httpOnly"] is True
    assert look() == ("seen=yes", "1")

    browser.reset()

    assert look() == ("none", "no")


def test_the_browser_fills_forms_as_a_person_does(browser, site, tmp_path: Path):
    (tmp_path / "a.txt").touch()
    browser.goto(site)

    browser.choose("select", "b")
    browser.upload("input[type=file]", tmp_path / "a.txt")
    browser.type("input[name=q]", "words")
    chosen = browser.value("select"), browser.value("input[type=file]")
    browser.press("input[name=q]", ENTER)
    browser.wait_until(lambda: "/sent" in browser.url, "the form was not sent")

    assert chosen == ("b", "C:\\fakepath\\a.txt")
    assert browser.url == f"{site}/sent?q=words"


def test_what_is_not_on_the_page_is_told_with_the_page(browser, site):
    browser.goto(site)

    with pytest.raises(BrowserError, match=r"no '#gone' on http(.|\n)*none"):
        browser.wait_for("#gone", seconds=0.1)


def test_the_browser_reports_errors_and_refusals_of_its_page(browser, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(
        "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">"
        "<script>var refused = 1</script>"
    )

    browser.goto(page.as_uri())

    assert len(browser.csp_violations) == 1
    assert browser.console_errors == browser.csp_violations


def test_the_browser_takes_pictures_at_a_size_and_in_the_dark(browser, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("<style>body { min-width: 500px }</style><p>text")
    browser.goto(page.as_uri())

    picture = browser.screenshot(tmp_path / "a.png", 320, 200, dark=True)

    head = picture.read_bytes()[16:24]
    assert (int.from_bytes(head[:4]), int.from_bytes(head[4:])) == (320, 200)
    assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches")
    assert browser.overflow > 0


def test_the_browser_reaches_nothing_beyond_this_machine(browser):
    browser.goto("data:text/html,<img src=http://example.com/a.png>")

    browser.wait_until(lambda: bool(browser.console_errors), "no error")
    assert "ERR_NAME_NOT_RESOLVED" in browser.console_errors[0]
