"""If this passes, services start, survive being killed, and end with their user."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lib.services import (
    DaemonClient,
    MissingServiceError,
    Server,
    ServiceError,
    ask_redis,
    catalogue,
    find_free_port,
    is_alive,
    list_tree,
    packages,
    spawn,
    wait_until,
)

PROGRAM = Path(__file__).resolve().parent.parent.parent / "scripts" / "services"
REDIS = "CARBOY_TEST_REDIS"


def services(folder: Path, *words: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PROGRAM, "--folder", folder, *words],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.fixture
def folder(open_folder: Path) -> Iterator[Path]:
    """A folder for a daemon, which is stopped after the test."""
    yield open_folder
    DaemonClient(open_folder).quit()


def read_pid(url: str) -> int:
    """Ask the server for its process, which only it can know."""
    return int(ask_redis_line(url, "process_id"))


def ask_redis_line(url: str, key: str) -> str:
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), 2) as link:
        link.sendall(f"AUTH {urlsplit(url).password}\r\nINFO server\r\n".encode())
        link.settimeout(2)
        data = b""
        while f"{key}:".encode() not in data:
            data += link.recv(4096)
    return data.decode().split(f"{key}:")[1].split()[0]


def test_start_prints_urls_and_stop_stops_the_servers(folder):
    started = services(folder, "start", "redis")
    url = started.stdout.strip().removeprefix(f"{REDIS}=")
    pid = read_pid(url)

    again = services(folder, "start", "redis", "--json")
    stopped = services(folder, "stop")

    assert json.loads(again.stdout) == {REDIS: url}
    assert stopped.returncode == 0
    assert not is_alive(pid)
    assert not folder.exists()


def test_a_killed_server_restarts_on_its_port(folder):
    client = DaemonClient(folder)
    url = client.start("redis")[REDIS]

    client.send("kill", "redis")
    with pytest.raises(OSError, match=r"refused"):
        ask_redis(url, "PING")

    assert client.start("redis") == {REDIS: url}
    assert ask_redis(url, "PING") == "PONG"
    client.send("restart", "redis")
    assert ask_redis(url, "PING") == "PONG"


def test_a_paused_server_answers_after_resume(folder):
    client = DaemonClient(folder)
    url = client.start("redis")[REDIS]

    client.send("pause", "redis")
    with pytest.raises(TimeoutError):
        ask_redis(url, "PING", timeout=0.3)

    client.send("resume", "redis")
    assert ask_redis(url, "PING") == "PONG"


def test_services_end_with_the_watched_process(folder):
    user = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with user:
        url = DaemonClient(folder, watched=user.pid).start("redis")[REDIS]
        pid = read_pid(url)

        user.kill()
        user.wait()

        assert wait_until(lambda: not is_alive(pid), 10)
        assert wait_until(lambda: not folder.exists(), 10)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a death")
def test_servers_do_not_outlive_a_killed_daemon(folder):
    url = DaemonClient(folder).start("redis")[REDIS]
    pid = read_pid(url)
    daemon = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])

    os.kill(daemon, signal.SIGKILL)

    assert wait_until(lambda: not is_alive(pid), 10)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands over orphans")
def test_daemons_of_a_server_end_with_it(tmp_path):
    program = tmp_path / "server"
    program.write_text(
        "#!/bin/sh\n(setsid sleep 600 & echo $! > daemon) &\nwait\nexec sleep 600\n"
    )
    program.chmod(0o755)
    note, log = tmp_path / "daemon", tmp_path / "log"
    command = ["/bin/sh", "-c", f"cd {tmp_path} && exec ./server"]
    server = spawn(command, user=None, log=log, has_daemons=True)
    assert wait_until(lambda: note.exists() and bool(note.read_text()), 10)
    daemon = int(note.read_text())

    server.terminate()
    server.wait(10)

    assert not is_alive(daemon)


def test_run_passes_urls_to_a_command_and_returns_its_exit_code(tmp_path):
    program = f"import os, sys; print(os.environ['{REDIS}']); sys.exit(7)"

    done = services(
        tmp_path, "run", "--names", "redis", "--", sys.executable, "-c", program
    )

    assert done.returncode == 7
    assert done.stdout.startswith("redis://:")
    with pytest.raises(OSError, match=r"refused"):
        ask_redis(done.stdout.strip(), "PING")


def test_two_parallel_processes_share_one_server(folder):
    urls: list[str] = []

    def ask() -> None:
        urls.append(DaemonClient(folder).start("redis")[REDIS])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(urls) == 4
    assert len(set(urls)) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("start", "mongodb"),
            "There is no service 'mongodb'. Use one of:",
        ),
        (("restart", "redis"), "No services run in"),
        (("run",), "Name the command to run"),
        (("run", "--names", "redis", "--", "no-such-program"), "was not found"),
    ],
)
def test_an_error_prints_one_line_and_sets_the_exit_code(tmp_path, words, message):
    done = services(tmp_path / "none", *words)

    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_cannot_start_reports_its_log(start_server):
    server: Server = start_server("redis")
    server.kill()
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", server.port))
        thief.listen()

        with pytest.raises(ServiceError, match=r"redis did not start(.|\n)*in use"):
            server.start()


def test_a_closed_server_leaves_nothing_behind(start_server):
    server: Server = start_server("redis")
    pid = server.pid
    place = Path(f"/proc/{pid}/cwd").resolve()

    server.close()

    assert not is_alive(pid)
    assert not place.exists()


def test_a_missing_service_reports_how_to_install_it(monkeypatch, tmp_path):
    (tmp_path / "dnf").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    service = catalogue.SERVICES["wrk"]

    with pytest.raises(MissingServiceError) as caught:
        catalogue.get_programs(service)

    expected = "wrk is not installed: 'wrk' not found. Run: sudo dnf install wrk"
    assert str(caught.value) == expected


def test_the_newest_version_is_found_first(tmp_path):
    for version in ("9.6", "15", "8"):
        place = tmp_path / version / "bin" / "postgres"
        place.parent.mkdir(parents=True)
        place.touch(mode=0o755)

    found = catalogue.find_program(("postgres",), (f"{tmp_path}/*/bin",))

    assert found == tmp_path / "15" / "bin" / "postgres"


@pytest.mark.parametrize("before", [None, "#!/bin/sh\nexit 0\n"])
def test_packages_cannot_start_servers_during_installation(tmp_path, before):
    policy = tmp_path / "policy-rc.d"
    if before is not None:
        policy.write_text(before)

    with packages.prevent_server_start(policy):
        status = subprocess.run([policy], check=False).returncode

    assert status == 101
    assert (policy.read_text() if policy.exists() else None) == before


def test_free_ports_are_below_the_ephemeral_ports():
    assert 15_000 <= find_free_port() < 32_000


@pytest.mark.skipif(
    catalogue.find_programs(catalogue.SERVICES["rabbitmq"]) is None,
    reason="RabbitMQ is tested where it is installed",
)
def test_rabbitmq_starts_and_leaves_nothing_behind(start_server):
    server: Server = start_server("rabbitmq")
    tree = list_tree(server.pid)

    server.close()

    assert len(tree) > 3
    assert wait_until(lambda: not any(map(is_alive, tree)), 10)
