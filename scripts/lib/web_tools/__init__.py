"""Installs the programs of npm that check pages and clients: axe-core, vnu, tsc."""

import fcntl
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lib.services import SERVICES, MissingServiceError, ServiceError, get_programs

ROOT = Path(__file__).resolve().parents[3]
# In the environment, so that `make clean` removes it.
FOLDER = ROOT / ".venv" / "web-tools"
LOCK = "package-lock.json"


@dataclass(frozen=True, slots=True)
class WebTools:
    """Where the programs are."""

    axe: Path
    vnu: Path
    java: Path
    tsc: Path
    node: Path


def install_web_tools(folder: Path = FOLDER) -> WebTools:
    """Return the programs; install the versions of package-lock.json if necessary.

    npm compares what it downloads with the checksums in that file, and runs nothing.
    """
    (java,) = get_programs(SERVICES["java"])
    (npm,) = get_programs(SERVICES["npm"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        # Processes of one test run ask at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current(folder):
            _install(folder)
    modules = folder / "node_modules"
    return WebTools(
        axe=modules / "axe-core" / "axe.min.js",
        vnu=modules / "vnu-jar" / "build" / "dist" / "vnu.jar",
        java=java,
        tsc=modules / "typescript" / "bin" / "tsc",
        node=npm.with_name("node"),
    )


def _is_current(folder: Path) -> bool:
    own, done = Path(__file__).with_name(LOCK), folder / "done"
    return done.exists() and done.read_bytes() == own.read_bytes()


def _install(folder: Path) -> None:
    (npm,) = get_programs(SERVICES["npm"])
    for name in ("package.json", LOCK):
        shutil.copyfile(Path(__file__).with_name(name), folder / name)
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"npm ci failed: {done.stderr.strip()[-500:]}")
    shutil.copyfile(folder / LOCK, folder / "done")


__all__ = ["MissingServiceError", "WebTools", "install_web_tools"]
