"""Serve the app with gunicorn: translate the options, write a file or start it."""

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import click

from carboy.errors import ConfigError
from carboy.install_source import make_install_command
from carboy.server import ServeOptions

from .options import name_option

_GEVENT_CONNECTIONS = 1000
_MEMORY = Path("/dev/shm")  # noqa: S108 - the tmpfs that gunicorn's docs recommend

_OPTIONS = {
    *("bind", "workers", "threads", "backlog"),
    *("hang_timeout", "drain_timeout", "max_requests"),
}
_CONFIG = Path(__file__).with_name("gunicorn_config.py")
_HEAD = '''"""gunicorn {import_path}, as `carboy serve --server {kind}` runs it."""

'''
_HOOK = '''

def post_worker_init(worker):
    """Run the start hooks of the site in each worker, before its first request."""
    run_start_hooks = getattr(worker.wsgi, "run_start_hooks", None)
    if run_start_hooks is not None:
        run_start_hooks()
'''


def reject_unsupported(context: click.Context, options: ServeOptions) -> None:
    """Raise for options that gunicorn does not have, instead of ignoring them."""
    for name in sorted(options.chosen - _OPTIONS):
        flag = name_option(context, name)
        msg = f"{flag} is an option of the built-in server; gunicorn does not have it."
        raise click.UsageError(f"{msg} Remove it, or use --server carboy.")


def gunicorn_settings(
    import_path: str, options: ServeOptions, *, kind: str
) -> dict[str, object]:
    """Return the options under gunicorn's names."""
    settings: dict[str, object] = {
        "wsgi_app": import_path,
        "bind": [*options.bind],
        "workers": options.workers,
        "worker_class": "gevent" if kind == "gevent" else "gthread",
        "timeout": int(options.hang_timeout),
        "graceful_timeout": int(options.drain_timeout),
        "keepalive": 5,
        "backlog": options.backlog,
        "max_requests": options.max_requests,
        "max_requests_jitter": options.max_requests // 10,
        # Otherwise X_Forwarded_For from a client passes for a proxy's header.
        "header_map": "drop",
        "forwarded_allow_ips": "",
        # The socket would be a second way into the process.
        "control_socket_disable": True,
    }
    if kind == "gevent":
        settings["worker_connections"] = _GEVENT_CONNECTIONS
    else:
        settings["threads"] = options.threads
    if _MEMORY.is_dir():
        # The heartbeat is a file: on a busy disk it is written too late.
        settings["worker_tmp_dir"] = str(_MEMORY)
    return settings


def write_config(
    path: Path, import_path: str, options: ServeOptions, *, kind: str
) -> None:
    """Write a gunicorn.conf.py; raise if the file exists."""
    if path.exists():
        msg = f"{path} exists already and was left alone. Move it away first."
        raise ConfigError(msg)
    kind = "gunicorn" if kind == "carboy" else kind
    settings = gunicorn_settings(import_path, options, kind=kind)
    lines = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    path.write_text(
        _HEAD.format(import_path=import_path, kind=kind) + lines + _HOOK, "utf-8"
    )


def run_gunicorn(import_path: str, options: ServeOptions, *, kind: str) -> NoReturn:
    """Replace this process by gunicorn: gevent must patch before other imports."""
    for package in ("gunicorn", *(["gevent"] if kind == "gevent" else [])):
        if find_spec(package) is None:
            command = make_install_command(kind)
            msg = f"{package} is not installed. Run: {command}"
            raise ConfigError(msg)
    settings = gunicorn_settings(import_path, options, kind=kind)
    arguments = [
        "--config",
        str(_CONFIG),
        *_flags(settings),
        "--pythonpath",
        ",".join(sys.path[:2]),
    ]
    sys.stdout.flush()
    os.execv(  # noqa: S606 - no shell is wanted
        sys.executable, [sys.executable, "-m", "gunicorn", *arguments, import_path]
    )


def _flags(settings: Mapping[str, object]) -> Iterator[str]:
    """Yield the settings as command-line flags, as far as this gunicorn has them."""
    for setting in import_module("gunicorn.config").KNOWN_SETTINGS:
        value = settings.get(setting.name)
        if value is None or not setting.cli:
            continue
        for each in value if isinstance(value, list) else [value]:
            yield setting.cli[-1]
            if each is not True:
                yield str(each)
