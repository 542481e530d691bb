"""The names that notes write down: imports, attributes, settings and commands."""

import re
from pathlib import Path

_IMPORT = re.compile(r"^\s*from\s+([\w.]+)\s+import\s+([\w, ]+)", re.MULTILINE)
_PLAIN_IMPORT = re.compile(r"^\s*import\s+([\w.]+)", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"\b((?:app|request|session|response|manager|db|api|query|parser|form)"
    r"(?:\.\w+)+)",
    re.ASCII,
)
_SETTING = re.compile(
    r"\b((?:FLASK|SQLALCHEMY|SESSION|CELERY|CACHE|JSON|JSONIFY|SEND|TRAP|PERMANENT"
    r"|SECRET|SERVER|MAX|PREFERRED|TEMPLATES|EXPLAIN|LOGGER|APPLICATION|PRESERVE"
    r"|PROPAGATE|USE_X)_[A-Z_]+[A-Z])\b"
)
_QUOTED = re.compile(r"`@?([a-z_]\w+(?:\.\w+)*)(?:\([^`]*\))?`", re.ASCII)
_DECORATOR = re.compile(r"@([a-z]\w*(?:\.\w+)+)", re.ASCII)
_COMMAND = re.compile(
    r"\b((?:flask (?:run|db \w+))|(?:python manage\.py \w+(?: \w+)?)"
    r"|(?:alembic \w+)|(?:celery worker))"
)


def list_names(folder: Path) -> set[str]:
    """Return every name that the notes of a folder write down."""
    names: set[str] = set()
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text("utf-8")
        for module, imported in _IMPORT.findall(text):
            names |= {f"{module}.{name.strip()}" for name in imported.split(",")}
        for pattern in (_PLAIN_IMPORT, _ATTRIBUTE, _SETTING, _COMMAND, _QUOTED):
            names.update(pattern.findall(text))
        names |= {f"@{name}" for name in _DECORATOR.findall(text)}
    return {name for name in names if name.isascii() and not name.endswith(".")}
