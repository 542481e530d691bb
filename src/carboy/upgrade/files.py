"""Which files of a folder are looked at, and as what."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

_SKIPPED = frozenset({
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
    "env",
    "virtualenv",
    "build",
    "dist",
})
_HIDDEN = frozenset({".github", ".circleci", ".docker", ".ebextensions"})
_TEMPLATE_SUFFIXES = frozenset([
    ".html",
    ".htm",
    ".xhtml",
    ".jinja",
    ".jinja2",
    ".j2",
    ".xml",
])
_REQUIREMENTS = re.compile(
    r"(?:.*requirements.*|constraints.*|dev|prod|test|common|base)\.(?:txt|in|pip)"
    r"|pyproject\.toml|setup\.cfg|setup\.py|Pipfile|tox\.ini"
)
_CONFIGURATION = re.compile(
    r"\.env.*|.*\.env|\.flaskenv|.*Dockerfile.*|Procfile.*|.*compose.*\.ya?ml"
    r"|.*\.ini|.*\.cfg|.*\.sh|.*\.service|\.travis\.yml|\.gitlab-ci\.yml|Makefile"
    r"|app\.json|appveyor\.yml|azure-pipelines\.yml|Vagrantfile|.*\.conf"
)
_WORKFLOW = re.compile(r".*\.ya?ml")


def kinds_of(path: PurePath) -> tuple[str, ...]:
    """Return as what a file is looked at: Python, template and so on; or nothing."""
    kinds = []
    name = path.name
    if path.suffix == ".py":
        kinds.append("python")
    if path.suffix in _TEMPLATE_SUFFIXES or (
        path.suffix == ".txt" and "templates" in path.parts
    ):
        kinds.append("template")
    elif _REQUIREMENTS.fullmatch(name) and _may_hold_requirements(path):
        kinds.append("requirements")
    if _CONFIGURATION.fullmatch(name) or (
        _WORKFLOW.fullmatch(name) and _HIDDEN & set(path.parts)
    ):
        kinds.append("config")
    return tuple(kinds)


def _may_hold_requirements(path: PurePath) -> bool:
    """Return whether `dev.txt` and the like are in a folder of requirements."""
    if path.suffix not in {".txt", ".in", ".pip"}:
        return True
    if "requirement" in path.name or path.name.startswith("constraints"):
        return True
    return "requirements" in path.parent.name


def list_files(paths: Iterable[Path]) -> list[Path]:
    """List the files to look at: those that are named, and those in named folders."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(_walk(path)))
        elif kinds_of(path):
            found[path] = None
    return [*found]


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED
            and (not name.startswith(".") or name in _HIDDEN)
            and not name.endswith(".egg-info")
            and not Path(root, name, "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            path = Path(root, name)
            if kinds_of(path) and not path.is_symlink():
                yield path


def find_root(path: Path) -> Path:
    """Return the folder of the project that a path is in."""
    start = path.absolute()
    start = start if start.is_dir() else start.parent
    signs = (".git", "pyproject.toml", "setup.py", "manage.py", "requirements.txt")
    for folder in (start, *start.parents):
        if any((folder / sign).exists() for sign in signs):
            return folder
    return start
