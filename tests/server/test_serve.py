"""If this passes, each way to end has its exit code, and each way to listen works."""

import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.running import Running, wait_for

WITH_CHECKS = """
import sys
from carboy.server import ServeOptions, serve
def check(app):
    return ["shop.E001: the shop is closed"] if sys.argv[1] == "closed" else []
sys.exit(serve("shop:app", ServeOptions(bind=("127.0.0.1:0",)), on_start=check))
"""


def test_the_block_says_what_is_served(serve):
    running = serve("--threads", "3", "--trusted-hosts", "shop.test", "--backlog", "99")

    log = running.read_log()

    assert "Serving  shop:app" in log
    assert "1 worker of 3 view threads" in log
    assert "shop.test" in log


def test_stopped_is_0(serve):
    running = serve()
    running.signal(signal.SIGTERM)

    assert running.wait_end() == 0


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere:app", "There is no module 'nowhere'"),
        ("shop:other", "has no 'other'"),
        ("shop:create_broken()", "no configuration"),
    ],
)
def test_a_wrong_target_is_2(serve, target, message):
    running = serve("--workers", "2", target=target, ready=False)

    assert running.wait_end() == 2
    assert message in running.read_log()


def test_a_wrong_option_is_2(serve):
    running = serve("--threads", "0", ready=False)

    assert running.wait_end() == 2
    assert "threads must be 1 or more, got 0" in running.read_log()


def test_a_failed_check_is_3(serve, tmp_path):
    (tmp_path / "checked.py").write_text(WITH_CHECKS)

    running = serve(program=[sys.executable, "checked.py", "closed"], ready=False)

    assert running.wait_end() == 3
    assert "shop.E001: the shop is closed" in running.read_log()


def test_passed_checks_serve(serve, tmp_path):
    (tmp_path / "checked.py").write_text(WITH_CHECKS)

    running = serve(program=[sys.executable, "checked.py", "open"])

    assert "  checks  passed" in running.read_log()
    assert running.get("/").status == 200


def test_a_start_that_takes_too_long_is_3(serve, tmp_path):
    (tmp_path / "slow.py").write_text("import threading; threading.Event().wait()")

    running = serve("--start-timeout", "0.5", target="slow:app", ready=False)

    assert running.wait_end() == 3
    assert "slow.py" in running.read_log()


def test_an_address_in_use_is_4(serve):
    first = serve()
    taken = first.address.removeprefix("http://")

    second = serve("--bind", taken, ready=False)

    assert second.wait_end() == 4
    assert f"{taken} is in use" in second.read_log()


def test_several_addresses_and_a_unix_socket(serve, tmp_path):
    path = tmp_path / "shop.sock"
    running = serve("--bind", f"unix:{path}")

    assert running.get("/").status == 200
    running.address = f"unix:{path}"
    seen = running.get("/see").json()
    assert seen["client"] in {"", None}
    assert path.stat().st_mode & 0o777 == 0o660
    running.signal(signal.SIGTERM)
    assert running.wait_end() == 0
    assert not path.exists()


def test_ipv6(serve):
    running = serve("--bind", "[::1]:0")
    line = next(row for row in running.read_log().split() if "[::1]" in row)
    running.address = line

    assert running.get("/see").json()["client"] == "::1"


def test_sockets_that_systemd_passes(serve, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as passed:
        port = passed.getsockname()[1]
        code = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); "
            "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); "
            "from carboy.server.__main__ import main; "
            "sys.exit(main(['shop:app', '--bind', 'systemd']))"
        )
        os.set_inheritable(passed.fileno(), True)
        with (tmp_path / "log").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", code, str(passed.fileno())],
                cwd=Path(__file__).parent,
                stderr=out,
                close_fds=False,
            )
        running = Running(process, tmp_path / "log", tmp_path / "notes")
        running.address = f"http://127.0.0.1:{port}"
        try:
            assert running.get("/").status == 200
        finally:
            running.stop()


@pytest.fixture
def certificate(tmp_path):
    def make(name: str):
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
                *("-pkeyopt", "ec_paramgen_curve:prime256v1"),
                *("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
                *("-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost"),
            ],
            check=True,
            capture_output=True,
        )
        return tmp_path / "cert.pem", tmp_path / "key.pem"

    return make


def read_name(running: Running) -> str:
    with running.connect() as wire:
        certificate = wire.getpeercert()
    return dict(pair for entry in certificate["subject"] for pair in entry)[
        "commonName"
    ]


def test_tls_and_new_certificates_on_reload(serve, certificate):
    path, key = certificate("first")
    running = serve("--certificate", str(path), "--key", str(key))
    running.tls = ssl.create_default_context(cafile=str(path))

    assert running.get("/see").json()["url"] == "https://localhost/see"
    assert read_name(running) == "first"
    [before] = running.list_workers()
    certificate("second")
    running.tls = ssl.create_default_context(cafile=str(path))
    running.signal(signal.SIGHUP)
    wait_for(lambda: before not in running.list_workers(), "the new worker")

    assert read_name(running) == "second"
    key.write_text("broken")
    running.signal(signal.SIGHUP)
    wait_for(lambda: "the old ones go on" in running.read_log(), "the refusal")
    assert "cannot be used" in running.read_log()
    assert running.get("/see").status == 200


def test_the_access_log(serve):
    running = serve("--access-log", "common")
    running.get("/see?a=%0d%0ab", 'User-Agent: evil"\x1b[31m agent')
    running.get("/drip")

    wait_for(lambda: "GET /drip" in running.read_log(), "the lines")
    running.get("/")
    running.signal(signal.SIGTERM)
    running.wait_end()

    lines = [row for row in running.read_log().splitlines() if row.startswith("127.")]
    assert len(lines) >= 2
    assert "\x1b" not in "".join(lines)
    assert '" 200 6 ' in lines[-2]
