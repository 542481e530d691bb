"""A person starts a task, sees its bar move, reloads, cancels and tries again."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from flask import Flask, redirect, render_template_string, request
from werkzeug.wrappers import Response

from tests.browser import Browser
from tests.tasks import shop
from tests.tasks.conftest import StartWorker

PAGE = """<!doctype html><html lang=en><meta name=viewport content="width=device-width">
<title>Shop</title><form method=post><button id=start>Start</button></form>
{% if run %}{{ task_progress(run, 'Resting') }}{% endif %}"""


class _ForkLock(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class _Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    app = shop.create_app(str(tmp_path))
    shop.tasks.guard(lambda: True)
    _add_page(app)
    server = _Threaded(("127.0.0.1", 0), _ForkLock)
    server.set_app(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _add_page(app: Flask) -> None:
    app.add_url_rule("/favicon.ico", view_func=_icon)

    @app.route("/", methods=["GET", "POST"])
    def page() -> str | Response:
        if request.method == "POST":
            return redirect(f"/?run={shop.wait.delay(20).id}")
        return render_template_string(PAGE, run=request.args.get("run"))


def _icon() -> Response:
    """Answer what each browser asks for by itself."""
    return Response(status=204)


def _percent(browser: Browser) -> int:
    return int(browser.text('[data-part="percent"]').split()[0])


def test_a_person_follows_a_task(
    browser: Browser, address: str, start_worker: StartWorker
) -> None:
    start_worker("worker", "--alone", "-c", "1")
    browser.goto(address)
    browser.click("#start")
    browser.wait_until(lambda: _percent(browser) > 2, 20)

    before = _percent(browser)
    browser.goto(browser.url)
    assert _percent(browser) >= before
    browser.wait_until(lambda: _percent(browser) > before, 10)

    browser.click('[data-part="can_cancel"] button')
    browser.wait_for('[data-carboy-task][data-state="cancelled"]', 10)
    browser.click('[data-part="can_retry"] button')
    browser.wait_for('[data-carboy-task][data-state="running"]', 10)
    assert browser.console_errors == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_console_fits_every_screen(
    browser: Browser, address: str, width: int, *, dark: bool
) -> None:
    browser.resize(width, 900, dark=dark)
    browser.goto(address)
    browser.click("#start")
    for page in ("", "queues", "workers", "schedules", "dead"):
        browser.goto(f"{address}/-/tasks/{page}")
        assert browser.overflow <= 0, page
    assert browser.csp_violations == []
    assert browser.console_errors == []
