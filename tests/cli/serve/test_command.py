"""If this passes, strangers reach a site when its checks allow, and no debugger."""

import pytest

from tests.cli.processes import ask, find_free_port, wait_for_text

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
    assert ask(port)[1]["X-Content-Type-Options"] == "nosniff"


def test_debugger_modules_are_not_even_imported(start_carboy, shop, port):
    running = start_carboy("serve", "-p", str(port), environ=READY)
    wait_for_text(running, port, "served")

    found = ask(port, "/modules")[2].strip()

    assert found == "[]"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere?__debugger__=yes&cmd=resource&f=style.css",
        "/console?__debugger__=yes",
        "/nowhere",
    ],
)
def test_the_debuggers_addresses_are_not_there(start_carboy, shop, port, path):
    running = start_carboy("serve", "-p", str(port), environ=READY)
    wait_for_text(running, port, "served")

    assert ask(port, path)[0] == 404
    served = ask(port, "/?__debugger__=yes&cmd=pinauth&pin=1")
    assert served[2] == "served"


def test_an_error_shows_nothing_of_the_inside(start_carboy, shop, port):
    environ = READY | {"MY_PASSWORD": "canary-in-environment"}
    running = start_carboy("serve", "-p", str(port), environ=environ)
    wait_for_text(running, port, "served")

    for headers in ({}, {"Accept": "application/json"}):
        status, sent, page = ask(port, "/broken", **headers)

        assert status == 500
        for canary in CANARIES:
            assert canary not in page
            assert canary not in str(sent)
    assert SECRET not in running.log
    assert "canary-in-environment" not in running.log


def test_an_error_of_the_checks_stops_the_start(run_carboy, shop):
    done = run_carboy("serve", "-p", "0")

    assert done.code == 3
    assert "core.E001" in done.err
    assert "SECRET_KEY is not set." in done.err


@pytest.mark.parametrize("server", ["gunicorn", "gevent"])
def test_it_stops_other_servers_too(run_carboy, shop, server):
    done = run_carboy("serve", "-p", "0", "--server", server)

    assert done.code == 1
    assert "core.E001" in done.err


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


def test_warnings_are_told_once_however_many_workers(start_carboy, write, port):
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


def test_where_to_listen_is_told_one_way(carboy, plain):
    done = carboy("serve", "--bind", "127.0.0.1:1", "--port", "2")

    assert done.code == 2
    assert "leave --host and --port away" in done.err


def test_a_flag_for_where_to_listen_counts_for_more_than_a_variable(
    carboy, plain, monkeypatch
):
    monkeypatch.setenv("CARBOY_SERVE_BIND", "127.0.0.1:1")

    assert bind_of(carboy("serve", "--print-options")) == "127.0.0.1:1"
    assert bind_of(carboy("serve", "--print-options", "-p", "2")) == "127.0.0.1:2"
    monkeypatch.setenv("CARBOY_SERVE_HOST", "::1")
    assert carboy("serve", "--print-options").code == 2
    done = carboy("serve", "--print-options", "-b", "127.0.0.1:3")
    assert bind_of(done) == "127.0.0.1:3"


def bind_of(done):
    assert done.code == 0, done.err
    return done.out.splitlines()[0].split()[1]


@pytest.mark.parametrize("port", ["70000", "http", "-1"])
def test_a_wrong_port_is_named(carboy, plain, port):
    done = carboy("serve", f"--port={port}")

    assert done.code == 2
    assert f"--port must be a number from 0 to 65535, got '{port}'." in done.err


def test_the_options_are_written_on_demand(carboy, plain):
    words = ("--body-timeout", "7", "-p", "9")

    done = carboy("serve", "--print-options", *words)

    rows = {
        line.split()[0]: line.split(maxsplit=1)[1] for line in done.out.split("\n")[:-1]
    }
    assert rows["--body-timeout"] == "7  (default 30)"
    assert rows["--bind"] == "127.0.0.1:9  (default 127.0.0.1:8000)"
    assert rows["--threads"] == "8"


def test_gunicorn_is_not_told_what_it_lacks(carboy, plain):
    for words in (("--server", "gunicorn"), ("--write-config",)):
        done = carboy("serve", *words, "--trusted-hosts", "a.test")

        assert done.code == 2
        assert "--trusted-hosts is an option of the built-in server" in done.err


def test_flags_and_variables_reach_the_server(start_carboy, shop, port):
    environ = READY | {"CARBOY_SERVE_MAX_HEADER_SIZE": "8192"}

    running = start_carboy(
        "serve", "-p", str(port), "--view-timeout", "7", environ=environ
    )
    wait_for_text(running, port, "served")

    assert "max_header_size 8192 (default 65536)" in running.log
    assert "view_timeout 7.0 (default 30.0)" in running.log
    assert "for  127.0.0.1" in running.log
    assert ask(port, Host="evil.test")[0] == 400
    assert ask(port, "/" + "a" * 8192)[0] in {414, 431}
