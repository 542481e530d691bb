"""If this passes, a site is served once its checks pass, without a debugger."""

import json

import pytest

from tests.cli.processes import find_free_port, request, wait_for_text

SECRET = "k" * 64
READY = {"SECRET_KEY": SECRET, "TRUSTED_HOSTS": "127.0.0.1"}
CANARIES = ("canary-in-code", "canary-in-environment", SECRET, "Traceback", "shop.py")
SITE = """
    import sys
    from carboy import Carboy, Settings

    def create_app():
        app = Carboy(__name__, settings=Settings.load())

        @app.get("/")
        def index():
            return "served"

        @app.get("/broken")
        def broken():
            secret = "canary-in-code"
            raise RuntimeError(secret)

        @app.get("/modules")
        def modules():
            tools = ("werkzeug.debug", "flask_debugtoolbar", "code", "pdb")
            return [name for name in tools if name in sys.modules]

        return app
"""

FOREIGN = """
    import sys
    from flask import Flask

    app = Flask(__name__)

    @app.get("/")
    def index():
        return "served"

    @app.get("/modules")
    def modules():
        return " ".join(sys.modules)
"""
# What a worker of a foreign app may import of the package, and how much of it.
SERVED = {
    *("bounded_dict", "checks", "cli", "core", "engine", "errors", "events", "extras"),
    *("install_source", "lazy_imports", "legacy_variable", "processes", "redact"),
    *("script", "server"),
}
MOST_MODULES = 95
# Each of these takes a quarter of a megabyte or more.
HEAVY = {"argparse", "msgspec", "sqlalchemy", "sysconfig", "typing_extensions"}


@pytest.fixture
def shop(write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:create_app"\n')
    return write("shop.py", SITE)


@pytest.fixture
def port():
    return find_free_port()


@pytest.mark.parametrize("server", ["carboy", "gunicorn", "gevent"])
def test_every_server_serves_the_same_site(start_carboy, shop, port, server):
    running = start_carboy("serve", "-p", str(port), "--server", server, environ=READY)

    page = wait_for_text(running, port, "served")

    assert page == "served"
    assert request(port)[1]["X-Content-Type-Options"] == "nosniff"


def test_debugger_modules_are_not_even_imported(start_carboy, shop, port):
    running = start_carboy("serve", "-p", str(port), environ=READY)
    wait_for_text(running, port, "served")

    found = request(port, "/modules")[2].strip()

    assert found == "[]"


def test_a_foreign_app_pays_for_nothing_of_a_site(start_carboy, write, port):
    """Its worker is 2 MB above plain Granian; with all of these modules it was 6."""
    write("shop.py", FOREIGN)
    running = start_carboy("serve", "shop", "-p", str(port))
    wait_for_text(running, port, "served")

    modules = request(port, "/modules")[2].split()

    batteries = {name.split(".")[1] for name in modules if name.startswith("carboy.")}
    assert batteries - SERVED == set()
    assert HEAVY & {*modules} == set()
    assert sum(name.split(".")[0] == "carboy" for name in modules) <= MOST_MODULES


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere?__debugger__=yes&cmd=resource&f=style.css",
        "/console?__debugger__=yes",
        "/nowhere",
    ],
)
def test_the_urls_of_the_debugger_do_not_exist(start_carboy, shop, port, path):
    running = start_carboy("serve", "-p", str(port), environ=READY)
    wait_for_text(running, port, "served")

    assert request(port, path)[0] == 404
    assert request(port, "/-/solutions", method="POST")[0] == 404
    served = request(port, "/?__debugger__=yes&cmd=pinauth&pin=1")
    assert served[2] == "served"


def test_an_error_page_shows_no_internals(start_carboy, shop, port):
    environ = READY | {"MY_PASSWORD": "canary-in-environment"}
    running = start_carboy("serve", "-p", str(port), environ=environ)
    wait_for_text(running, port, "served")

    for headers in ({}, {"Accept": "application/json"}):
        status, sent, page = request(port, "/broken", **headers)

        assert status == 500
        for canary in CANARIES:
            assert canary not in page
            assert canary not in str(sent)
    assert SECRET not in running.log
    assert "canary-in-environment" not in running.log


def test_a_check_with_an_error_stops_the_start(run_carboy, shop):
    result = run_carboy("serve", "-p", "0")

    assert result.code == 3
    assert "core.E001" in result.err
    assert "SECRET_KEY is not set." in result.err


@pytest.mark.parametrize("server", ["gunicorn", "gevent"])
def test_a_check_with_an_error_stops_other_servers_too(run_carboy, shop, server):
    result = run_carboy("serve", "-p", "0", "--server", server)

    assert result.code == 1
    assert "core.E001" in result.err


def test_checks_can_be_skipped(start_carboy, shop, port):
    running = start_carboy("serve", "plain_app:app", "-p", str(port), "--skip-checks")

    assert running.process.wait(30) == 2


@pytest.mark.parametrize(
    "target", ["app", "app:app", "app:make()", "app:make", "app:wsgi"]
)
def test_any_wsgi_app_can_be_served(start_carboy, plain, write, port, target):
    write(
        "app.py",
        """
        from flask import Flask

        def make():
            app = Flask(__name__)
            app.add_url_rule("/", "index", lambda: "served")
            return app

        app = make()
        wsgi = app.wsgi_app
        """,
    )
    running = start_carboy("serve", target, "-p", str(port))

    wait_for_text(running, port, "served")


def test_warnings_are_printed_once_for_all_workers(start_carboy, write, port):
    write(
        "app.py",
        """
        from carboy.core import Check, registry_of
        from flask import Flask

        app = Flask(__name__)
        app.add_url_rule("/", "index", lambda: "served")
        registry_of(app).checkers.append(lambda _: [Check("shop.W001", "Loose cork.")])
        """,
    )
    running = start_carboy("serve", "-p", str(port), "--workers", "2")
    wait_for_text(running, port, "served")

    assert running.log.count("Warning: shop.W001: Loose cork.") == 1


def test_all_of_a_production_log_is_json(start_carboy, shop, port):
    shop.write_text(
        shop.read_text().replace(
            'return "served"',
            'import warnings; warnings.warn("loose cork", stacklevel=1); '
            'return "served"',
        )
    )
    running = start_carboy("serve", "-p", str(port), "--workers", "2", environ=READY)
    wait_for_text(running, port, "served")

    sent = [request(port, "/?token=canary")[1]["X-Request-ID"] for _ in range(20)]
    running.wait_for(sent[-1])
    running.wait_for("workers of")
    running.interrupt()

    lines = [json.loads(line) for line in running.lines]
    assert len(set(sent)) == 20
    served = [each for each in lines if each.get("request_id") in sent]
    assert {each["process"] for each in served} <= {"worker-1", "worker-2"}
    assert len({each["request_id"] for each in served}) == 20
    assert any("loose cork" in each["message"] for each in lines)
    assert any("Serving shop:create_app at" in each["message"] for each in lines)
    assert not any(each["logger"].startswith("_granian") for each in lines)
    assert "canary" not in running.log


def test_a_start_that_fails_in_production_is_json(run_carboy, shop):
    result = run_carboy("serve", "-p", "0")

    lines = [json.loads(line) for line in result.err.splitlines()]
    assert any("core.E001" in line["message"] for line in lines)


def test_a_text_log_can_be_asked_for(run_carboy, shop):
    result = run_carboy("serve", "-p", "0", environ={"LOG_FORMAT": "text"})

    assert not result.err.startswith("{")


def test_a_view_is_not_served_as_an_app(run_carboy, plain):
    result = run_carboy("serve", "app:index", "-p", "0")

    assert result.code == 2
    assert "a str, which cannot be called" in result.err


def test_a_function_that_is_no_wsgi_app_is_refused(run_carboy, write):
    write("app.py", "def show(number): return str(number)")

    result = run_carboy("serve", "app:show", "-p", "0")

    assert result.code == 2
    assert "two arguments" in result.err


def test_only_checks_that_ran_are_said_to_have_passed(start_carboy, write, port):
    write(
        "app.py",
        """
        def wsgi(environ, start_response):
            start_response("200 OK", [])
            return [b"served"]
        """,
    )
    environ = {"LOG_FORMAT": "text"}
    running = start_carboy("serve", "app:wsgi", "-p", str(port), environ=environ)
    wait_for_text(running, port, "served")
    running.wait_for("with  ")

    assert "passed" not in running.log


def test_bind_and_port_exclude_each_other(carboy, plain):
    result = carboy("serve", "--bind", "127.0.0.1:1", "--port", "2")

    assert result.code == 2
    assert "Remove --host and --port" in result.err


def test_an_address_flag_overrides_a_variable(carboy, plain, monkeypatch):
    monkeypatch.setenv("CARBOY_SERVE_BIND", "127.0.0.1:1")

    assert bind_of(carboy("serve", "--print-options")) == "127.0.0.1:1"
    assert bind_of(carboy("serve", "--print-options", "-p", "2")) == "127.0.0.1:2"
    monkeypatch.setenv("CARBOY_SERVE_HOST", "::1")
    assert carboy("serve", "--print-options").code == 2
    result = carboy("serve", "--print-options", "-b", "127.0.0.1:3")
    assert bind_of(result) == "127.0.0.1:3"


def bind_of(result):
    assert result.code == 0, result.err
    return result.out.splitlines()[0].split()[1]


@pytest.mark.parametrize("port", ["70000", "http", "-1"])
def test_an_invalid_port_is_reported(carboy, plain, port):
    result = carboy("serve", f"--port={port}")

    assert result.code == 2
    assert f"--port must be a number from 0 to 65535, got '{port}'." in result.err


def test_print_options_lists_all_values(carboy, plain):
    words = ("--body-timeout", "7", "-p", "9")

    result = carboy("serve", "--print-options", *words)

    rows = {
        line.split()[0]: line.split(maxsplit=1)[1]
        for line in result.out.split("\n")[:-1]
    }
    assert rows["--body-timeout"] == "7  (default 12)"
    assert rows["--bind"] == "127.0.0.1:9  (default 127.0.0.1:8000)"
    assert rows["--threads"] == "8"


def test_options_that_gunicorn_lacks_are_rejected(carboy, plain):
    for words in (("--server", "gunicorn"), ("--write-config",)):
        result = carboy("serve", *words, "--trusted-hosts", "a.test")

        assert result.code == 2
        assert "--trusted-hosts is an option of the built-in server" in result.err


def test_flags_and_variables_reach_the_server(start_carboy, shop, port):
    environ = READY | {"CARBOY_SERVE_MAX_HEADER_SIZE": "8192", "LOG_FORMAT": "text"}

    running = start_carboy(
        "serve", "-p", str(port), "--view-timeout", "7", environ=environ
    )
    wait_for_text(running, port, "served")

    running.wait_for("for  127.0.0.1")
    assert "max_header_size 8192 (default 65536)" in running.log
    assert "view_timeout 7.0 (default 30.0)" in running.log
    assert request(port, Host="evil.test")[0] == 400
    assert request(port, "/" + "a" * 8192)[0] in {414, 431}


GREENLETS = """
from gevent import monkey
monkey.patch_all()
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/", "index", lambda: "served")
"""


def test_an_app_that_patches_threads_is_refused_with_the_server_that_fits(
    run_carboy, start_carboy, write, port
):
    write("patched.py", GREENLETS)

    result = run_carboy("serve", "patched:app", "-p", str(port))

    assert result.code == 2
    assert "carboy serve patched:app --server gevent" in result.err
    running = start_carboy(
        "serve", "patched:app", "-p", str(port), "--server", "gevent"
    )
    assert wait_for_text(running, port, "served") == "served"
