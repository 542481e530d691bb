"""One operating-system process and all that it started: run, signal, wait."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import ServiceError

LEASH = Path(__file__).with_name("leash.py")


def choose_user(candidates: Sequence[str]) -> str | None:
    """Return the account that a server should run as, or None to stay who we are."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    for name in candidates:
        if name in known:
            return name
    raise ServiceError(
        f"A server must not run as root, and none of the users {', '.join(candidates)}"
        " exists here. Create one, or run the tests as an ordinary user."
    )


def give_to(user: str | None, path: Path) -> None:
    """Hand `path` to `user`, who will own what a server writes there."""
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def spawn(
    command: Sequence[str | Path],
    *,
    user: str | None,
    log: Path,
    environment: Mapping[str, str] | None = None,
    has_daemons: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `command` as `user`; the kernel ends it when this process ends.

    With `has_daemons` the process is a parent that also adopts and ends those.
    """
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), user or "-"]
    leash.append("adopt" if has_daemons else "become")
    with log.open("ab") as output:
        return subprocess.Popen(
            [*leash, *map(str, command)],
            cwd="/",
            env=dict(os.environ) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(
    command: Sequence[str | Path],
    *,
    user: str | None,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command` to its end; raise with the end of its log when it fails."""
    process = spawn(command, user=user, log=log, environment=environment)
    if process.wait():
        raise ServiceError(f"{Path(command[0]).name} failed. {tail(log)}")


def tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log, for a message."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return f"The end of {log.name}:\n" + "\n".join(text.splitlines()[-lines:])


def list_tree(root: int) -> list[int]:
    """List `root` and every process below it."""
    children: dict[int, list[int]] = {}
    for pid, parent in _list_parents():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    """Send a signal to each of `pids` that still exists."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """Tell whether `pid` runs; one that only waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    stat = Path("/proc", str(pid), "stat")
    with contextlib.suppress(OSError):
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll `condition` until it holds; return False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _list_parents() -> list[tuple[int, int]]:
    if Path("/proc/self/stat").exists():
        return list(_read_proc())
    listed = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=,ppid="],
        capture_output=True,
        text=True,
        check=True,
    )
    return [(int(a), int(b)) for a, b in map(str.split, listed.stdout.splitlines())]


def _read_proc() -> list[tuple[int, int]]:
    pairs = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = entry.joinpath("stat").read_text().rpartition(")")[2].split()
                pairs.append((int(entry.name), int(fields[1])))
    return pairs
