"""Serves a target by gunicorn or by `carboy serve`, in a fresh folder, on one port."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from .catalogue import Application
from .environments import CACHE, Environment
from .sdists import fetch_sdist

TARGETS = Path(__file__).parent / "targets"
START_TIMEOUT = 180.0
THREADS = "8"


class StartError(Exception):
    """Raised when a server does not accept connections."""


def find_port() -> int:
    """Return a port that is free now; all runs of an application use the same."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def make_variables(
    application: Application, environment: Environment
) -> dict[str, str]:
    """Return the environment variables of all processes of an application."""
    state = _folder_of(application)
    places = [str(TARGETS)]
    if application.source_folder:
        source = fetch_sdist(application.sdist) / application.source_folder
        places.append(str(source))
    return {
        "PATH": f"{environment.folder / 'bin'}:{os.environ['PATH']}",
        "HOME": str(state),
        "STATE": str(state),
        "PYTHONPATH": ":".join(places),
        # The order of sets is the same in each process.
        "PYTHONHASHSEED": "0",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        **{
            name: value.replace("$STATE", str(state)).replace("$TARGETS", str(TARGETS))
            for name, value in application.variables.items()
        },
    }


def prepare_state(application: Application, environment: Environment) -> Path:
    """Empty the folder of a run, at the same path each time, and fill it.

    What the commands of the application have made once is copied for later runs.
    """
    state = _folder_of(application)
    prepared = state.with_name("prepared")
    shutil.rmtree(state, ignore_errors=True)
    if prepared.exists():
        shutil.copytree(prepared, state, symlinks=True)
        return state
    state.mkdir(parents=True)
    _run_commands(application, environment, state)
    shutil.copytree(state, prepared, symlinks=True)
    return state


def forget_prepared(application: Application) -> None:
    """Make the next run prepare its folder anew."""
    shutil.rmtree(_folder_of(application).with_name("prepared"), ignore_errors=True)


def _run_commands(
    application: Application, environment: Environment, state: Path
) -> None:
    variables = make_variables(application, environment)
    for command in application.prepare:
        words = [word.replace("$STATE", str(state)) for word in command]
        program = environment.program(words[0])
        done = subprocess.run(
            [program, *words[1:]],
            cwd=state,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            output = (done.stdout + done.stderr)[-2000:]
            raise StartError(f"{' '.join(words)} failed:\n{output}")


@contextlib.contextmanager
def serve(
    application: Application, environment: Environment, kind: str, port: int
) -> Iterator[Path]:
    """Serve a target by `gunicorn`, `granian` or `carboy`; yield the path of its log.

    The id of the process, which leads its group, is beside it.
    """
    state = prepare_state(application, environment)
    log = CACHE / application.slug / f"{kind}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _write_command(application, environment, kind, port),
            cwd=state,
            env=make_variables(application, environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.with_suffix(".pid").write_text(str(process.pid))
        try:
            _wait_for(port, process, log)
            yield log
        finally:
            _stop(process)


def _write_command(
    application: Application, environment: Environment, kind: str, port: int
) -> list[str]:
    address = f"127.0.0.1:{port}"
    if kind == "carboy":
        command = [environment.program("carboy"), "serve", application.target]
        command += ["--bind", address, "--workers", "1"]
        if application.server:
            return [*command, "--server", application.server]
        return [*command, "--threads", THREADS]
    if kind == "granian":
        command = [environment.program("granian"), application.target]
        command += ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        return [*command, "--workers", "1", "--blocking-threads", THREADS]
    command = [environment.program("gunicorn"), application.target, "--bind", address]
    command += ["--workers", "1", "--timeout", "120"]
    if application.server:
        return [*command, "--worker-class", application.server]
    return [*command, "--worker-class", "gthread", "--threads", THREADS]


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers a request that no app knows."""
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end:
        if process.poll() is not None:
            raise StartError(f"the server ended at once:\n{_read_end(log)}")
        if _has_answered(port):
            return
        time.sleep(0.1)
    raise StartError(f"the server does not answer:\n{_read_end(log)}")


def _has_answered(port: int) -> bool:
    address = ("127.0.0.1", port)
    with (
        contextlib.suppress(OSError),
        socket.create_connection(address, 60) as client,
    ):
        client.sendall(b"HEAD /-/is-ready HTTP/1.0\r\n\r\n")
        return bool(client.recv(16))
    return False


def _read_end(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it has started."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _folder_of(application: Application) -> Path:
    return CACHE / application.slug / "state"
