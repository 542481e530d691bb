"""A worker that dies or falls silent is started again; one told to stop ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from carboy.tasks.worker.supervisor import make_command
from tests.tasks.conftest import wait_until

_SUPERVISE = """
import os, sys
from carboy.tasks.worker.supervisor import Supervisor
code = sys.argv[1]
sys.exit(Supervisor([sys.executable, "-c", code], os.environ, silent_after=1.0,
                    start_within=1.0, stop_within=1.0).run())
"""
_NOTE = (
    "import os, time\n"
    "with open(os.environ['NOTES'], 'a') as f: f.write(f'{os.getpid()}\\n')\n"
)
_PULSE = "os.write(int(os.environ['CARBOY_TASKS_PULSE']), b'.')\n"


def _supervise(code: str, notes: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"NOTES": str(notes), "PYTHONPATH": "src"}
    return subprocess.Popen(
        [sys.executable, "-c", _SUPERVISE, _NOTE + code], env=environment
    )


def _count(notes: Path) -> int:
    return len(notes.read_text().split()) if notes.exists() else 0


def _end(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(10)


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    process = _supervise("raise SystemExit(1)", notes)
    wait_until(lambda: _count(notes) >= 2)

    _end(process)


def test_a_silent_worker_is_killed_and_started_again(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    process = _supervise("time.sleep(60)", notes)
    wait_until(lambda: _count(notes) >= 2)
    first = int(notes.read_text().split()[0])

    _end(process)
    assert not Path(f"/proc/{first}").exists()


def test_a_worker_that_gives_signs_of_life_is_left_alone(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    code = f"for _ in range(12):\n  {_PULSE}  time.sleep(0.2)\nraise SystemExit(0)"
    process = _supervise(code, notes)
    wait_until(lambda: _count(notes) == 1)

    assert _end(process) == 0
    assert _count(notes) == 1


def test_a_gevent_worker_is_patched_before_anything_else() -> None:
    assert "gevent.monkey" in make_command("gevent")
    assert "gevent.monkey" not in make_command("prefork")
