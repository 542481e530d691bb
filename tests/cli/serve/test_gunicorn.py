"""If this passes, gunicorn runs with the options of `carboy serve`."""

import re
import subprocess
import sys

import pytest

from carboy.cli.serve.gunicorn import gunicorn_settings, run_gunicorn, write_config
from carboy.errors import ConfigError
from carboy.install_source import make_install_command
from carboy.server import ServeOptions

OPTIONS = ServeOptions(bind=("127.0.0.1:8001", "127.0.0.1:8002"), workers=3, threads=5)


def test_threads_and_gevent_have_their_own_settings():
    threads = gunicorn_settings("shop:app", OPTIONS, kind="gunicorn")
    gevent = gunicorn_settings("shop:app", OPTIONS, kind="gevent")

    assert (threads["worker_class"], threads["threads"]) == ("gthread", 5)
    assert gevent["worker_class"] == "gevent"
    assert "threads" not in gevent
    assert threads["workers"] == gevent["workers"] == 3


def test_gunicorn_accepts_the_written_file(folder, plain):
    file = folder / "gunicorn.conf.py"

    write_config(file, "app:app", OPTIONS, kind="carboy")

    result = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    settings: dict[str, object] = {}
    exec(file.read_text(), settings)  # noqa: S102 - our own file, read as gunicorn does
    assert settings["bind"] == ["127.0.0.1:8001", "127.0.0.1:8002"]
    assert settings["wsgi_app"] == "app:app"
    assert settings["forwarded_allow_ips"] == ""


def test_an_existing_file_is_left_alone(tmp_path):
    file = tmp_path / "gunicorn.conf.py"
    file.write_text("mine = 1")

    with pytest.raises(ConfigError, match="left alone"):
        write_config(file, "shop:app", OPTIONS, kind="gunicorn")

    assert file.read_text() == "mine = 1"


def test_a_missing_package_is_reported(monkeypatch):
    monkeypatch.setattr("carboy.cli.serve.gunicorn.find_spec", lambda name: None)

    with pytest.raises(ConfigError, match=re.escape(make_install_command("gevent"))):
        run_gunicorn("shop:app", OPTIONS, kind="gevent")


def test_write_config_writes_the_file(carboy, plain, folder):
    result = carboy("serve", "--write-config")

    assert result.code == 0
    assert "gunicorn -c gunicorn.conf.py" in result.out
    assert "wsgi_app = 'app:app'" in (folder / "gunicorn.conf.py").read_text()
