"""The interpreters of this machine, and an environment for a cell on one of them."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .cells import ROOT, Cell

FOLDER = ROOT / "var" / "matrix"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment of one cell."""

    folder: Path

    @property
    def python(self) -> str:
        """Return its interpreter."""
        return str(self.folder / "bin" / "python")

    def variables(self) -> dict[str, str]:
        """Return the variables of a program that runs in it."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        # Else each process compiles all that it imports.
        own = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return {**own, "PATH": path, "VIRTUAL_ENV": str(self.folder)}

    def versions(self) -> str:
        """Return the installed versions of the packages that the matrix varies."""
        code = (
            "import importlib.metadata as m, json;"
            "found = {d.name.lower(): d.version for d in m.distributions()};"
            "print(json.dumps(found))"
        )
        output = subprocess.check_output([self.python, "-c", code], text=True)
        found = json.loads(output)
        names = ("flask", "werkzeug", "sqlalchemy")
        return ", ".join(f"{name} {found[name]}" for name in names if name in found)


def find_pythons() -> dict[str, str]:
    """Return the program of each supported Python that is on this machine."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {}
    for version in VERSIONS:
        candidates = [
            *sorted(map(str, pyenv.glob(f"{version}.*/bin/python")), reverse=True),
            shutil.which(f"python{version}"),
            sys.executable,
        ]
        for program in filter(None, candidates):
            if _version_of(program) == version:
                found[version] = program
                break
    return found


def _version_of(program: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    command = [program, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def make_environment(cell: Cell, version: str, program: str) -> Environment:
    """Return the environment of a cell: by uv if it is installed, else by pip."""
    environment = Environment(FOLDER / f"{cell.name}-{version}")
    groups = ["--group", str(ROOT / "pyproject.toml") + ":dev"] if cell.is_site else []
    what = [*cell.requirements(), *groups]
    if shutil.which("uv"):
        # The system's certificates, as pip uses them.
        os.environ["UV_SYSTEM_CERTS"] = "true"
        if not Path(environment.python).exists():
            make = ["uv", "venv", "--quiet", "--seed", "--python", program]
            subprocess.run([*make, str(environment.folder)], check=True)
        install = ["uv", "pip", "install", "--quiet", "--python", environment.python]
    else:
        if not Path(environment.python).exists():
            make = [program, "-m", "venv", str(environment.folder)]
            subprocess.run(make, check=True)
        pip = [environment.python, "-m", "pip", "install", "-qq"]
        install = [*pip, "--disable-pip-version-check"]
        # Dependency groups need pip 25.1.
        subprocess.run([*install, "pip>=25.1"], check=True)
    subprocess.run([*install, *what], check=True, cwd=ROOT)
    return environment
