"""If this passes, gunicorn is told what `carboy serve` was told."""

import subprocess
import sys

import pytest

from carboy.cli.serve.gunicorn import gunicorn_settings, run_gunicorn, write_config
from carboy.errors import ConfigError
from carboy.server import ServeOptions

OPTIONS = ServeOptions(bind=("127.0.0.1:8001", "127.0.0.1:8002"), workers=3, threads=5)


def test_threads_and_gevent_have_their_own_words():
    threads = gunicorn_settings("shop:app", OPTIONS, kind="gunicorn")
    gevent = gunicorn_settings("shop:app", OPTIONS, kind="gevent")

    assert (threads["worker_class"], threads["threads"]) == ("gthread", 5)
    assert gevent["worker_class"] == "gevent"
    assert "threads" not in gevent
    assert threads["workers"] == gevent["workers"] == 3


def test_the_file_is_one_that_gunicorn_takes(folder, plain):
    file = folder / "gunicorn.conf.py"

    write_config(file, "app:app", OPTIONS, kind="carboy")

    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = {}
    exec(file.read_text(), told)  # noqa: S102 - our own file, read as gunicorn does
    assert told["bind"] == ["127.0.0.1:8001", "127.0.0.1:8002"]
    assert told["wsgi_app"] == "app:app"
    assert told["forwarded_allow_ips"] == ""


def test_a_file_that_is_there_is_left_alone(tmp_path):
    file = tmp_path / "gunicorn.conf.py"
    file.write_text("mine = 1")

    with pytest.raises(ConfigError, match="left alone"):
        write_config(file, "shop:app", OPTIONS, kind="gunicorn")

    assert file.read_text() == "mine = 1"


def test_a_missing_package_is_told(monkeypatch):
    monkeypatch.setattr("carboy.cli.serve.gunicorn.find_spec", lambda name: None)

    with pytest.raises(ConfigError, match=r"pip install carboy\[gevent\]"):
        run_gunicorn("shop:app", OPTIONS, kind="gevent")


def test_the_command_writes_it(carboy, plain, folder):
    done = carboy("serve", "--write-config")

    assert done.code == 0
    assert "gunicorn -c gunicorn.conf.py" in done.out
    assert "wsgi_app = 'app:app'" in (folder / "gunicorn.conf.py").read_text()
