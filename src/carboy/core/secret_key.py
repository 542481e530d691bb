"""The key that signs cookies in development and in tests, where settings have none."""

import os
import secrets
import tempfile
from pathlib import Path

from carboy.errors import SettingsError


def make_secret_key(folder: Path, profile: str) -> tuple[str, str]:
    """Return the key of a site that has none in its settings, and its origin.

    In development it is created at the first start and stays the same after it.
    """
    if profile == "testing":
        return secrets.token_hex(32), "made for this run"
    path = folder / "instance" / "secret-key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        ignore = path.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")
        _create_secret(path)
    key = path.read_text("ascii").strip()
    if not key:
        raise SettingsError(f"{path} is empty. Delete it, and a new key is made.")
    return key, "instance/secret-key"


def _create_secret(path: Path) -> None:
    """Create the file with a new key in it, unless another process has done so.

    The file never exists without its content: a process that starts at the same
    moment would sign with an empty key.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="secret-key-")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass  # the first process wins
    except OSError:  # a file system without links, as of some virtual machines
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
