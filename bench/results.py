"""Stores results as JSON, with the machine and versions of the measurement."""

import datetime
import importlib.metadata
import json
import os
import platform
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "benchmarks" / "results"


def keep(name: str, result: dict[str, Any], load_before: float) -> None:
    """Write a result as JSON, with the machine and versions."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {**describe(), "load": load_before, **result}, indent=1, ensure_ascii=False
    )
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def load(name: str) -> dict[str, Any] | None:
    """Return a stored result, or None if there is none."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return None
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def describe() -> dict[str, Any]:
    """Return the date, the versions and the kind of machine."""
    names = ("carboy", "flask", "werkzeug", "granian")
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {name: importlib.metadata.version(name) for name in names},
        "load": round(os.getloadavg()[0], 2),
    }
