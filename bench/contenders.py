"""The servers that are measured over a socket, and the command of each."""

import sys
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Contender:
    """One framework on one server, with one worker."""

    name: str
    group: str
    command: tuple[str, ...]
    path: str = "/json"


def granian(interface: str, app: str, *options: str) -> tuple[str, ...]:
    """Return the command for Granian, one worker."""
    return (
        *(f"{BIN}/granian", "--interface", interface, "--workers", "1"),
        *("--host", "127.0.0.1", "--port", "{port}", "--no-ws", "--log-level", "error"),
        *(*options, f"apps.{app}"),
    )


def gunicorn(kind: str, app: str, *options: str) -> tuple[str, ...]:
    """Return the command for gunicorn, one worker of a kind."""
    return (
        *(f"{BIN}/gunicorn", "--workers", "1", "--worker-class", kind),
        *("--bind", "127.0.0.1:{port}", "--log-level", "error"),
        *(*options, f"apps.{app}"),
    )


def uvicorn(app: str) -> tuple[str, ...]:
    """Return the command for uvicorn with its fast parts, one worker."""
    return (
        *(f"{BIN}/uvicorn", "--workers", "1", "--host", "127.0.0.1"),
        *("--port", "{port}", "--log-level", "error", "--no-access-log", f"apps.{app}"),
    )


ONE_THREAD = ("--blocking-threads", "1")
SAME = "the same server: Granian, WSGI, one view thread"
EDGE = "RSGI"
FLASK = "Flask elsewhere"
PEERS = "peers, each on the server that its documentation advises"
PEERS_GRANIAN = "peers on Granian"
CONTENDERS = [
    Contender("bare callable", SAME, granian("wsgi", "bare_wsgi:app", *ONE_THREAD)),
    Contender("Flask", SAME, granian("wsgi", "flask_app:app", *ONE_THREAD)),
    Contender("engine", SAME, granian("wsgi", "engine_app:app", *ONE_THREAD)),
    Contender("bare RSGI callable", EDGE, granian("rsgi", "bare_rsgi:app")),
    Contender(
        "carboy serve",
        EDGE,
        (
            *(f"{BIN}/carboy", "serve", "apps.flask_app:app", "--skip-checks"),
            *("--host", "127.0.0.1", "--port", "{port}", "--workers", "1"),
        ),
    ),
    Contender("Flask, gunicorn sync", FLASK, gunicorn("sync", "flask_app:app")),
    Contender(
        "Flask, gunicorn gthread",
        FLASK,
        gunicorn("gthread", "flask_app:app", "--threads", "8"),
    ),
    Contender("Flask, gunicorn gevent", FLASK, gunicorn("gevent", "flask_app:app")),
    Contender("Django, gunicorn", PEERS, gunicorn("sync", "django_app:app")),
    Contender("Falcon, gunicorn", PEERS, gunicorn("sync", "falcon_app:app")),
    Contender("FastAPI, uvicorn", PEERS, uvicorn("fastapi_app:app")),
    Contender("Starlette, uvicorn", PEERS, uvicorn("starlette_app:app")),
    Contender("Litestar, uvicorn", PEERS, uvicorn("litestar_app:app")),
    Contender("BlackSheep, uvicorn", PEERS, uvicorn("blacksheep_app:app")),
    Contender(
        "Robyn, its own",
        PEERS,
        (
            *(f"{BIN}/python", "-m", "apps.robyn_app", "--processes", "1"),
            *("--workers", "1", "--log-level", "ERROR", "{port}"),
        ),
    ),
    Contender("Django", PEERS_GRANIAN, granian("wsgi", "django_app:app", *ONE_THREAD)),
    Contender("Falcon", PEERS_GRANIAN, granian("wsgi", "falcon_app:app", *ONE_THREAD)),
    Contender("FastAPI", PEERS_GRANIAN, granian("asgi", "fastapi_app:app")),
    Contender("Starlette", PEERS_GRANIAN, granian("asgi", "starlette_app:app")),
    Contender("Litestar", PEERS_GRANIAN, granian("asgi", "litestar_app:app")),
    Contender("BlackSheep", PEERS_GRANIAN, granian("asgi", "blacksheep_app:app")),
]
