"""Source distributions: they have the tests and examples that wheels leave out."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from .environments import CACHE, InstallError

SDISTS = CACHE / "sdists"


def fetch_sdist(requirement: str) -> Path:
    """Return the folder of the unpacked source of `name==version`."""
    name, _, version = requirement.partition("==")
    folder = _find_folder(name, version)
    if folder is not None:
        return folder
    SDISTS.mkdir(parents=True, exist_ok=True)
    # Else pytest would go on to our own settings for one that has none.
    (SDISTS / "pytest.ini").touch()
    options = ["--quiet", "--no-deps", "--no-binary", name, "--dest", str(SDISTS)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InstallError(done.stderr.strip()[-2000:])
    for archive in SDISTS.glob("*.tar.gz"):
        if _is_of(archive.name.removesuffix(".tar.gz"), name, version):
            shutil.unpack_archive(archive, SDISTS, filter="data")
    folder = _find_folder(name, version)
    if folder is None:
        raise InstallError(f"{requirement} has no source distribution of that name.")
    return folder


def _find_folder(name: str, version: str) -> Path | None:
    for folder in SDISTS.glob("*/"):
        if _is_of(folder.name, name, version):
            return folder
    return None


def _is_of(text: str, name: str, version: str) -> bool:
    """Return whether a file or folder bears this name and version, however spelt."""
    plain = re.sub(r"[-_.]+", "-", f"{name}-{version}").lower()
    return re.sub(r"[-_.]+", "-", text).lower() == plain
