"""Runs operating-system processes with their children: start, signal, wait."""

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

LAUNCHER = Path(__file__).with_name("launcher.py")


def choose_user(candidates: Sequence[str]) -> str | None:
    """Return the account for a server, or None to use the current one."""
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


def change_owner(user: str | None, path: Path) -> None:
    """Change the owner of `path` to `user`."""
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

    With `has_daemons`, its parent process adopts and ends the daemons too.
    """
    launcher = [
        sys.executable,
        "-I",
        "-S",
        str(LAUNCHER),
        str(os.getpid()),
        user or "-",
    ]
    launcher.append("adopt" if has_daemons else "become")
    with log.open("ab") as output:
        return subprocess.Popen(
            [*launcher, *map(str, command)],
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
    """Run `command` until it ends; raise with the end of its log if it fails."""
    process = spawn(command, user=user, log=log, environment=environment)
    if process.wait():
        raise ServiceError(f"{Path(command[0]).name} failed. {tail(log)}")


def tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log, for a message."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return f"The end of {log.name}:\n" + "\n".join(text.splitlines()[-lines:])


def list_tree(root: int) -> list[int]:
    """List `root` and all of its descendants."""
    children: dict[int, list[int]] = {}
    for pid, parent in _list_parents():
        children.setdefault(parent, []).append(pid)
    tree = [root]
    for pid in tree:
        tree += children.get(pid, [])
    return tree


def signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    """Send a signal to each of `pids` that still exists."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """Return whether `pid` runs; a zombie does not."""
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
    """Poll `condition` until it holds; return False after `seconds`."""
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
