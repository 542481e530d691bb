"""Where this Carboy was installed from, and the command that adds an extra to it."""

import json
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit


def find_source(distribution: metadata.Distribution | None = None) -> Path | None:
    """Return the wheel or the checkout of this Carboy; None if it is from an index.

    For a checkout in which `make wheel` was run it is that wheel.
    """
    distribution = distribution or metadata.distribution("carboy")
    text = distribution.read_text("direct_url.json")
    parts = urlsplit(json.loads(text)["url"] if text else "")
    if parts.scheme != "file":
        return None
    path = Path(unquote(parts.path))
    if not path.is_dir():
        return path if path.is_file() else None
    wheels = sorted(
        path.glob(f"dist/carboy-{distribution.version}-*.whl"),
        key=lambda wheel: wheel.stat().st_mtime,
    )
    return wheels[-1] if wheels else path


def make_install_command(
    extra: str, distribution: metadata.Distribution | None = None
) -> str:
    """Return the command that installs an extra of this Carboy from its source.

    The name alone would ask an index, where this version may not be.
    """
    source = _find_source_or_none(distribution)
    return f"pip install '{source or 'carboy'}[{extra}]'"


def _find_source_or_none(distribution: metadata.Distribution | None) -> Path | None:
    try:
        return find_source(distribution)
    except metadata.PackageNotFoundError:
        return None
