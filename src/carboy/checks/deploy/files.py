"""Rules for production about the files of the project."""

import stat
from collections.abc import Iterator
from pathlib import Path

from .rule import DeployContext, Rule

_SECRETS = frozenset({".env", "secret-key"})
_SENSITIVE = frozenset({
    ".bak", ".crt", ".db", ".env", ".key", ".p12", ".pem", ".py", ".pyc", ".sql",
    ".sqlite", ".sqlite3", ".swp",
})  # fmt: skip
_DATA = frozenset({".db", ".sqlite", ".sqlite3"})
# More static files are not examined: a check has to end.
_MAX_FILES = 20_000


def _tracked_secret(context: DeployContext) -> str | None:
    names = sorted(name for name in context.tracked if Path(name).name in _SECRETS)
    return f"git tracks {names[0]}, which has secrets." if names else None


def _tracked_data(context: DeployContext) -> str | None:
    names = sorted(name for name in context.tracked if Path(name).suffix in _DATA)
    return f"git tracks {names[0]}, which has data." if names else None


def _tracked_key(context: DeployContext) -> str | None:
    keys = {".key", ".pem", ".p12"}
    names = sorted(name for name in context.tracked if Path(name).suffix in keys)
    return f"git tracks {names[0]}, which looks like a private key." if names else None


def _open_secret(context: DeployContext) -> str | None:
    for name in (".env", "instance/secret-key"):
        mode = _mode(context.folder / name)
        if mode is not None and mode & 0o077:
            return f"{name} has the mode {mode:o}: other users can read it."
    return None


def _open_data(context: DeployContext) -> str | None:
    folder = context.folder / "instance"
    folder_mode = _mode(folder)
    if folder_mode is None or not folder_mode & 0o001:
        return None
    for file in sorted(folder.glob("*")):
        mode = _mode(file)
        if file.suffix in _DATA and mode is not None and mode & 0o007:
            return f"instance/{file.name} has the mode {mode:o}: others can read it."
    return None


def _writable_code(context: DeployContext) -> str | None:
    root = Path(context.app.root_path)
    templates = root / (context.app.template_folder or "templates")
    for folder in (root, templates):
        mode = _mode(folder)
        if mode is not None and mode & 0o002:
            return f"{folder.name} has the mode {mode:o}: other users can change it."
    return None


def _static_secrets(context: DeployContext) -> str | None:
    for file in _static_files(context):
        if file.suffix in _SENSITIVE or file.name in _SECRETS:
            return f"The static folder serves {file.name} to anyone."
    return None


def _static_code(context: DeployContext) -> str | None:
    folder = context.app.static_folder
    if folder is None:
        return None
    root, static = Path(context.app.root_path).resolve(), Path(folder).resolve()
    if root == static or root.is_relative_to(static):
        return f"The static folder {static.name} contains the code of the site."
    return None


def _static_files(context: DeployContext) -> Iterator[Path]:
    folder = context.app.static_folder
    if folder is None or not Path(folder).is_dir():
        return
    for count, file in enumerate(sorted(Path(folder).rglob("*"))):
        if count > _MAX_FILES:
            return
        if file.is_file():
            yield file


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None


_UNTRACK = (
    "git rm --cached it, add it to .gitignore, and change the secrets in it: they "
    "stay in the history."
)

RULES = (
    Rule("core.E040", _tracked_secret, _UNTRACK),
    Rule("core.E041", _tracked_data, _UNTRACK),
    Rule("core.E042", _tracked_key, _UNTRACK),
    Rule("core.E043", _open_secret, "chmod 600 it."),
    Rule(
        "core.W044",
        _open_data,
        "chmod 640 it, owned by the user of the site.",
    ),
    Rule("core.E045", _writable_code, "chmod o-w it."),
    Rule("core.E046", _static_secrets, "Move it out of the static folder."),
    Rule("core.E047", _static_code, "Move static files to a folder of their own."),
)
