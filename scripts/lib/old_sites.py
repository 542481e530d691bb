"""Old sites of the tests, run and served unchanged, their pages requested by HTTP."""

import importlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

APPS = Path(__file__).resolve().parents[2] / "tests" / "legacy" / "apps"
PATIENCE = 300
# Only HTTP, and no proxy of the environment.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class OldSite:
    """An old site: its application, its file, and what is on its pages.

    `prepare` are the arguments of a command that is run before, such as the one that
    makes the tables. `needs` is the variable with the address of a server.
    """

    name: str
    app: str
    pages: dict[str, str]
    host: str = ""
    command: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    needs: str = ""

    @property
    def arguments(self) -> list[str]:
        """The file that starts the site, and its arguments."""
        return [f"{self.app.partition(':')[0]}.py", *self.command]


_SERVER = ("runserver", "-R", "-p", "{port}")
SITES = (
    OldSite(
        "bbs",
        "manage:app",
        {"/": "1 / 0", "/count/": ""},
        command=_SERVER,
        prepare=("manage.py", "create_tables"),
    ),
    OldSite("books", "books:app", {"/api/books/": "[]", "/api/books/7": "exist"}),
    OldSite("cached", "weather:app", {"/search?q=ab": "ab", "/cities": "Paris"}),
    OldSite("chat", "chat:app", {"/": "Hi ", "/poll/0": '"messages"'}),
    OldSite(
        "cms",
        "site_cms:app",
        {"/login/": "<form", "/missing/": "cms 404"},
        host="cms.jd.com:5000",
        command=_SERVER,
        prepare=("site_cms.py", "create_cms_user", "-u", "boss", "-p", "secret"),
    ),
    OldSite("core_site", "shop:app", {"/items": '"items"', "/report": "total"}),
    OldSite("declarative", "yourapplication:app", {"/add/ann": "", "/users": "ann"}),
    OldSite("feed", "blog:app", {"/recent.atom": "Recent Articles", "/words": "esc"}),
    OldSite("flaskr", "flaskr:app", {"/": "No entries", "/hello/%3Cx%3E": "&lt;x"}),
    OldSite(
        "flasky",
        "manage:app",
        {"/": "Hello, Stranger!", "/auth/login": "<form"},
        command=_SERVER,
        prepare=("manage.py", "adduser", "a@example.com", "ann"),
    ),
    OldSite(
        "guestbook",
        "hello:app",
        {"/": "<form"},
        command=_SERVER,
        prepare=("drive.py",),
    ),
    OldSite("json_api", "service:app", {"/user": '"ed"', "/session": "456"}),
    OldSite(
        "mysql_login",
        "app:app",
        {"/login": "<form", "/home": "name=password"},
        needs="MYSQL_URL",
    ),
    OldSite("planet", "planet:app", {"/feed.atom": "Planet", "/visits": "1 &lt;me"}),
    OldSite("progress", "app:app", {"/": "Start"}, needs="BROKER"),
    OldSite("subdomains", "site_app:app", {"/": "cms page"}, host="cms.jd.com:5000"),
    OldSite("todo_api", "api:app", {"/todos": "todo1", "/page": "todos</h1>"}),
    OldSite("tokens", "api:app", {"/api/token": "Unauthorized"}, prepare=("drive.py",)),
    OldSite("toolbar", "toolbar_site:app", {"/": "<body>", "/browser": " on "}),
    OldSite("uploads", "upload:app", {"/": "<form"}),
)


def check_site(site: OldSite, folder: Path, way: str) -> str:
    """Serve a site in one of the ways "run" and "serve"; return what is wrong."""
    place = shutil.copytree(APPS / site.name, folder / f"{site.name}-{way}")
    if site.prepare:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "carboy.legacy", *site.prepare],
            cwd=place,
            env=_environment(place),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            return done.stdout + done.stderr
    with serve_site(site, place, way) as port:
        return "; ".join(
            problem
            for path, text in site.pages.items()
            if (problem := _check_page(site, port, path, text))
        )


@contextmanager
def serve_site(site: OldSite, folder: Path, way: str) -> Iterator[int]:
    """Serve a site; yield the port."""
    port = _find_port()
    output = folder / "served.log"
    with (
        output.open("w") as log,
        subprocess.Popen(
            _make_command(site, way, port),
            cwd=folder,
            env=_environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_for(port, process, output)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _make_command(site: OldSite, way: str, port: int) -> list[str]:
    python = [sys.executable, "-W", "ignore"]
    if way == "serve":
        options = ["--port", str(port), "--skip-checks", "--workers", "1"]
        return [*python, "-m", "carboy", "serve", "--legacy", site.app, *options]
    arguments = [each.format(port=port) for each in site.arguments]
    return [*python, __file__, str(port), *arguments]


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "LEGACY_PACKAGES": "all",
        "LEGACY_REPORT": str(folder / "uses.jsonl"),
        "PYTHONPATH": str(folder),
        "FLASK_DEBUG": "0",
    }


def _wait_for(port: int, process: Any, output: Path) -> None:
    for _ in range(PATIENCE * 10):
        if process.poll() is not None:
            break
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = f"The site does not answer at port {port}: {output.read_text()[-2000:]}"
    raise RuntimeError(message)


def _check_page(site: OldSite, port: int, path: str, text: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if site.host:
        request.add_header("Host", site.host)
    try:
        with _OPENER.open(request, timeout=PATIENCE) as response:
            body = response.read().decode()
    except urllib.error.HTTPError as error:
        body = error.read().decode()
    return "" if text in body else f"{path} has no {text!r}: {body[:300]!r}"


def _find_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def run_on_port(port: int, arguments: list[str]) -> None:
    """Run a file of an old site, whose `app.run()` serves at this port."""
    serving: Any = importlib.import_module("werkzeug.serving")
    run_simple = serving.run_simple

    def run(_host: str, _port: int, app: Any, **options: Any) -> None:
        options |= {"use_reloader": False, "use_debugger": False}
        run_simple("127.0.0.1", port, app, **options)

    serving.run_simple = run
    werkzeug: Any = importlib.import_module("werkzeug")
    werkzeug.run_simple = run
    importlib.import_module("carboy.legacy").run_file(arguments)


if __name__ == "__main__":
    run_on_port(int(sys.argv[1]), sys.argv[2:])
