"""If this passes, one command runs a site and restarts it after each change."""

import os
import signal
import socket
import sqlite3
import time

import pytest

from tests.cli.processes import find_free_port, request, wait_for_text, wait_until

SITE = """
    import sys, time
    from carboy import Carboy, Settings
    from carboy.core import Extension
    import click

    class Bottles(Extension):
        name = "bottles"

        def install(self, wiring):
            wiring.command(click.Command("fill", callback=fill))
            wiring.process("filler", "fill")

    def fill():
        print("filling", flush=True)
        time.sleep(60)

    def create_app():
        app = Carboy(__name__, settings=Settings.load())
        app.use(Bottles())

        @app.get("/")
        def index():
            return "first"

        @app.get("/broken")
        def broken():
            return 1 / 0

        return app
"""


@pytest.fixture
def shop(write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:create_app"\n')
    return write("shop.py", SITE)


@pytest.fixture
def port():
    return find_free_port()


def test_web_and_other_processes_share_one_log(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port))

    dev.wait_for("filler | filling")
    wait_for_text(dev, port, "first")
    dev.wait_for("web    | ")

    assert dev.interrupt() == 0
    assert request(port) is None


def test_a_change_restarts_all_processes_without_refused_connections(
    start_carboy, shop, port
):
    dev = start_carboy("dev", "-p", str(port))
    wait_for_text(dev, port, "first")
    dev.wait_for("filler | filling")

    shop.write_text(shop.read_text().replace('"first"', '"second"'))

    wait_for_text(dev, port, "second")
    dev.wait_for("shop.py changed.")
    wait_until(lambda: dev.log.count("filler | filling") == 2, lambda: dev.log)


def test_broken_code_is_restarted_at_the_next_change(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port))
    wait_for_text(dev, port, "first")
    good = shop.read_text()

    shop.write_text("def (")
    dev.wait_for("web stopped with exit code 1. It starts again")
    shop.write_text(good.replace('"first"', '"the third"'))

    wait_for_text(dev, port, "the third")
    assert dev.process.poll() is None


def test_a_site_that_cannot_start_stops_the_command_without_reload(
    start_carboy, shop, port
):
    shop.write_text("import nothing_of_that_name\n")

    dev = start_carboy("dev", "-p", str(port), "--no-reload")

    assert dev.process.wait(30) == 1
    dev.wait_for("nothing_of_that_name")


def test_a_syntax_error_at_the_first_start_is_shown_until_it_is_corrected(
    start_carboy, shop, port
):
    good = shop.read_text()
    shop.write_text("import sys\n\nfilling = (1, 2\n")

    dev = start_carboy("dev", "-p", str(port))
    dev.wait_for("web stopped with exit code")
    status, headers, page = request(port, Accept="text/html", Host="localhost")
    _, _, hidden = request(port, Host="rebound.example.com")

    assert "shop.py line 3 is not valid Python: '(' was never closed" in dev.log
    assert "web    |     filling = (1, 2\n" in dev.log
    assert "web    |               ^\n" in dev.log
    assert (status, headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "filling = (1, 2" in page
    assert "filling" not in hidden
    assert dev.process.poll() is None

    shop.write_text(good)

    wait_for_text(dev, port, "first")


def test_a_circular_import_names_the_files(run_carboy, write):
    write("app.py", "from views import page\n")
    write("views.py", "from models import Book\n\ndef page(): ...\n")
    write("models.py", "from views import page\n\nclass Book: ...\n")

    result = run_carboy("dev", "-p", str(find_free_port()), "--no-reload")

    assert result.code == 1
    assert "app.py imports views.py imports models.py, which imports" in result.out
    assert "inside of the function" in result.out


def test_the_debugger_is_on(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port))
    wait_for_text(dev, port, "first")

    status, _, page = request(port, "/broken")

    assert status == 500
    assert "ZeroDivisionError" in page


def test_an_exception_has_a_line_and_a_short_traceback(start_carboy, write, port):
    write("pyproject.toml", '[tool.carboy]\napp = "cellar:create_app"\n')
    write(
        "cellar.py",
        """
        from carboy import Carboy, Settings

        def create_app():
            app = Carboy(__name__, settings=Settings.load())
            app.add_url_rule("/", "home", lambda: "home")

            @app.get("/leak")
            def leak():
                return 1 / 0

            return app
        """,
    )
    dev = start_carboy("dev", "-p", str(port))
    wait_for_text(dev, port, "home")

    status, headers, text = request(port, "/leak?token=canary")
    dev.wait_for("ZeroDivisionError: division by zero")

    lines = dev.log.splitlines()
    first = next(i for i, one in enumerate(lines) if "GET /leak?token=****" in one)
    assert " 500 in " in lines[first]
    assert lines[first + 1].endswith(" frames of carboy")
    assert "cellar.py" in lines[first + 2]
    assert "return 1 / 0" in lines[first + 3]
    assert dev.log.count("ZeroDivisionError") == 1
    assert "canary" not in dev.log
    assert status == 500
    assert headers["Content-Type"] == "application/problem+json"
    assert "return 1 / 0" in text
    assert len(text) < 3000


def test_waiting_migrations_are_run_in_the_browser(
    start_carboy, carboy, folder, port, browser
):
    carboy("new", "cellar")
    cellar = folder / "cellar"
    model = (
        "\n\nclass Cask(Model):\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    view = (
        '\n\n@pages.get("/casks")\ndef casks() -> str:\n    from .ext import db\n'
        "    from .models import Cask\n\n"
        '    return f"{db.session.query(Cask).count()} casks"\n'
    )
    for name, text in (("models", model), ("views", view)):
        file = cellar / "cellar" / f"{name}.py"
        file.write_text(file.read_text() + text)
    dev = start_carboy("dev", "-p", str(port), cwd=cellar)
    wait_until(lambda: request(port), lambda: dev.log)

    browser.goto(f"http://127.0.0.1:{port}/casks")
    assert browser.text(".solution h1") == "There is no table cask"
    browser.click(".solution-first")
    browser.wait_for_text("0 casks")

    # The table is dropped behind its back: the page before the pages offers it again.
    (database,) = cellar.glob("instance/*.db")
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE cask")
        connection.execute("DROP TABLE note")
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    browser.goto(f"http://127.0.0.1:{port}/")
    assert browser.text(".solution h1") == "Migrations wait to be run"
    browser.click(".solution-first")
    browser.wait_for_text("All migrations were run.")
    browser.goto(f"http://127.0.0.1:{port}/casks")
    assert "0 casks" in browser.text("body")


def test_only_has_to_name_what_the_site_has(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port), "--only", "nonsense,filler")

    assert dev.process.wait(30) == 2
    dev.wait_for("--only names nonsense")
    assert "It has: filler, web." in dev.log


def test_only_selects_processes(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port), "--only", "filler")

    dev.wait_for("filler | filling")
    assert "Serving" not in dev.log


def test_all_processes_end_when_the_command_is_killed(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port))
    wait_for_text(dev, port, "first")
    dev.wait_for("filler | filling")

    dev.process.send_signal(signal.SIGKILL)
    dev.process.wait()

    wait_until(lambda: request(port) is None)


def test_without_reload_changes_are_ignored(start_carboy, shop, port):
    dev = start_carboy("dev", "-p", str(port), "--no-reload")
    wait_for_text(dev, port, "first")

    shop.write_text(shop.read_text().replace('"first"', '"second"'))

    assert request(port)[2] == "first"
    assert dev.interrupt() == 0


def test_a_port_in_use_is_reported(run_carboy, shop):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        result = run_carboy("dev", "-p", str(listener.getsockname()[1]))

    assert result.code == 1
    assert "is in use by another program" in result.err
    assert os.linesep not in result.err.strip()


def test_a_second_ctrl_c_kills_at_once(start_carboy, shop, port):
    ignoring = "import signal; signal.signal(15, signal.SIG_IGN); print('filling'"
    shop.write_text(shop.read_text().replace('print("filling"', ignoring))
    dev = start_carboy("dev", "-p", str(port))
    dev.wait_for("filler | filling")
    wait_for_text(dev, port, "first")

    dev.process.send_signal(signal.SIGINT)
    wait_until(lambda: request(port) is None)
    start = time.monotonic()
    dev.interrupt()

    assert time.monotonic() - start < 5
    dev.wait_for("filler | did not stop in time and was killed")
