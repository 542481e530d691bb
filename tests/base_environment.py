"""A virtual environment with nothing but Carboy and what it always installs.

It is made without network: the packages are linked from the environment of the tests,
so what is in it follows from the dependencies in pyproject.toml.
"""

import re
import subprocess
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


def make_base_environment(folder: Path, extras: tuple[str, ...] = ()) -> Path:
    """Make the environment in `folder`; return the folder of its programs."""
    venv.create(folder, symlinks=True, with_pip=False)
    paths = {"base": str(folder), "platbase": str(folder)}
    target = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    for name in list_needed("carboy", extras):
        for top in list_top_entries(name):
            link = target / top.name
            if not link.exists():
                link.symlink_to(top)
    (target / "carboy-checkout.pth").write_text(str(ROOT / "src"))
    return folder / "bin"


def list_needed(name: str, extras: tuple[str, ...] = ()) -> set[str]:
    """Return the distributions that `name` needs with these extras, and itself."""
    found: set[str] = set()
    waiting = [(name, extras)]
    seen = set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        found.add(_normalize(current[0]))
        for text in metadata.requires(current[0]) or ():
            need = Requirement(text)
            environments = [{"extra": extra} for extra in ("", *current[1])]
            if need.marker is None or any(map(need.marker.evaluate, environments)):
                waiting.append((need.name, tuple(sorted(need.extras))))
    return found


def list_top_entries(name: str) -> set[Path]:
    """Return the files and folders of a distribution in `site-packages`."""
    distribution = metadata.distribution(name)
    site_packages = Path(str(distribution.locate_file("")))
    return {
        site_packages / file.parts[0]
        for file in distribution.files or ()
        if file.parts[0] not in {"..", "__pycache__"} and file.suffix != ".pth"
    }


def run_python(bin_folder: Path, *args: str, cwd: Path, **environ: str) -> str:
    """Run a Python program there; return its output with both streams as one."""
    done = subprocess.run(
        [bin_folder / "python", *args],
        cwd=cwd,
        env={"PATH": str(bin_folder), "PYTHONWARNINGS": "error", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return f"{done.stdout.rstrip()}\nexit {done.returncode}"


def _normalize(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()
