"""Rules for production that look at the files of the project."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from .rule import Deployed, Rule

_SECRETS = frozenset({".env", "secret-key"})
_SENSITIVE = frozenset({
    ".bak", ".crt", ".db", ".env", ".key", ".p12", ".pem", ".py", ".pyc", ".sql",
    ".sqlite", ".sqlite3", ".swp",
})  # fmt: skip
_DATA = frozenset({".db", ".sqlite", ".sqlite3"})
# More files than this are not looked at: a check has to end.
_MOST = 20_000


def _tracked_secret(site: Deployed) -> str | None:
    found = sorted(name for name in site.tracked if Path(name).name in _SECRETS)
    return f"git keeps {found[0]}, with its secrets." if found else None


def _tracked_data(site: Deployed) -> str | None:
    found = sorted(name for name in site.tracked if Path(name).suffix in _DATA)
    return f"git keeps {found[0]}, with its data." if found else None


def _tracked_key(site: Deployed) -> str | None:
    keys = {".key", ".pem", ".p12"}
    found = sorted(name for name in site.tracked if Path(name).suffix in keys)
    return f"git keeps {found[0]}, which looks like a private key." if found else None


def _open_secret(site: Deployed) -> str | None:
    for name in (".env", "instance/secret-key"):
        mode = _mode(site.folder / name)
        if mode is not None and mode & 0o077:
            return f"{name} has the mode {mode:o}: other users of the machine read it."
    return None


def _open_data(site: Deployed) -> str | None:
    folder = site.folder / "instance"
    outside = _mode(folder)
    if outside is None or not outside & 0o001:
        return None
    for file in sorted(folder.glob("*")):
        mode = _mode(file)
        if file.suffix in _DATA and mode is not None and mode & 0o007:
            return f"instance/{file.name} has the mode {mode:o}: anybody here reads it."
    return None


def _writable_code(site: Deployed) -> str | None:
    root = Path(site.app.root_path)
    templates = root / (site.app.template_folder or "templates")
    for folder in (root, templates):
        mode = _mode(folder)
        if mode is not None and mode & 0o002:
            return f"{folder.name} has the mode {mode:o}: anybody here changes it."
    return None


def _static_secrets(site: Deployed) -> str | None:
    for file in _static_files(site):
        if file.suffix in _SENSITIVE or file.name in _SECRETS:
            return f"The static folder serves {file.name} to whoever asks."
    return None


def _static_code(site: Deployed) -> str | None:
    folder = site.app.static_folder
    if folder is None:
        return None
    root, static = Path(site.app.root_path).resolve(), Path(folder).resolve()
    if root == static or root.is_relative_to(static):
        return f"The static folder {static.name} holds the code of the site."
    return None


def _static_files(site: Deployed) -> Iterator[Path]:
    folder = site.app.static_folder
    if folder is None or not Path(folder).is_dir():
        return
    for count, file in enumerate(sorted(Path(folder).rglob("*"))):
        if count > _MOST:
            return
        if file.is_file():
            yield file


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None


_FORGET = (
    "git rm --cached it, add it to .gitignore, and change what was in it: history "
    "keeps it."
)

RULES = (
    Rule("core.E040", _tracked_secret, _FORGET),
    Rule("core.E041", _tracked_data, _FORGET),
    Rule("core.E042", _tracked_key, _FORGET),
    Rule("core.E043", _open_secret, "chmod 600 it."),
    Rule("core.W044", _open_data, "chmod 640 it, and let the site own it."),
    Rule("core.E045", _writable_code, "chmod o-w it."),
    Rule("core.E046", _static_secrets, "Move it out of the static folder."),
    Rule("core.E047", _static_code, "Give static files a folder of their own."),
)
