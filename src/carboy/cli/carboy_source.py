"""Where this Carboy was installed from, so that a new project can install the same."""

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
