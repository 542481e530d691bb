"""Writes docs/compatibility.md from the kept results of all applications."""

import json
from pathlib import Path
from typing import Any

from .environments import ROOT
from .explanations import EXPLANATIONS
from .trial import Trial

PAGE = ROOT / "docs" / "compatibility.md"
RESULTS = ROOT / "docs" / "benchmarks" / "results" / "compatibility.json"
_REASON = "reason phrase"
_HEAD = """# Real applications, unchanged

`make apps` installs applications from PyPI, each in an environment of its own with
the newest versions that it allows, and adds Carboy under the condition that none of
these changes. It runs the tests that an application ships, on stock Flask and with
the engine under it, and compares them test by test. Then it sends the same requests
to gunicorn and to `carboy serve` (one worker, eight threads) and compares what a
client can see: status, headers with their order and values, and body. What two runs
of gunicorn answer differently, such as tokens and times, is masked.

The requests are what a visitor does (log in, fill in forms), each page that the URL
map or a link leads to, and edges until there are {count}: `HEAD`, `OPTIONS` and wrong
methods; odd query strings, paths and hosts; conditions and ranges; forms, JSON and
multipart, whole, broken and chunked; bad cookies, large heads, text in Latin-1.

{table}

*Equal* counts answers that are equal in all of this; *phrase*, those that differ only
in the text behind the status; *explained*, those with another difference of the list
below; *open*, all others.
"""
_REASONS = """
## Explained differences

`Date`, `Server`, `Connection`, `Keep-Alive`, `Transfer-Encoding` and `Via` belong to
the server and the connection, and are not compared.

{reasons}

A stream that fails, because its generator raises or its length is wrong, ends the
connection on both servers, so that no client takes it for complete. How much of it
arrives before that differs.

## Limits that no other server has

An app that does not know Carboy is as free as behind gunicorn: no limit for bodies,
forms and the depth of JSON, and any `Host` and path that HTTP can carry. The banner
at the start recommends the flags. A `Carboy` app has these limits by default;
`--max-body-size`, `--max-form-size`, `--max-form-fields` and `--max-json-depth`
change them.

Without `--trusted-proxies`, such an app learns from a proxy on the same machine whether
the visitor came over https (`X-Forwarded-Proto`, `X-Forwarded-Ssl`), as from gunicorn.

`SERVER_SOFTWARE` is `gunicorn/compatible (carboy)`: some applications look for that
name before they read a body in chunks.
"""


def keep_results(trials: list[Trial]) -> None:
    """Replace the results of these applications and keep the others.

    Without tests in this run, those of the same version stay.
    """
    rows = {row["name"]: row for row in load_results()}
    for trial in trials:
        row = trial.to_json()
        known = rows.get(trial.name, {})
        if row["tests"] is None and known.get("version") == row["version"]:
            row["tests"] = known["tests"]
        rows[trial.name] = row
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(list(rows.values()), indent=1) + "\n")


def load_results() -> list[dict[str, Any]]:
    """Return the kept results."""
    if not RESULTS.exists():
        return []
    rows: list[dict[str, Any]] = json.loads(RESULTS.read_text())
    return rows


def write_page(rows: list[dict[str, Any]], order: list[str]) -> str:
    """Return the text of the page, in the order of the catalogue."""
    known = [row for name in order for row in rows if row["name"] == name]
    lines = [
        "| application | with | tests: stock · engine | requests | equal | phrase "
        "| explained | open |",
        "|---|---|---|---|---|---|---|---|",
        *map(_write_row, known),
    ]
    count = max((row["requests"] for row in known), default=0)
    text = _HEAD.format(table="\n".join(lines), count=count)
    text += "".join(_write_notes(known))
    reasons = [f"- **{each.name}**: {each.reason}" for each in EXPLANATIONS]
    return text + _REASONS.format(reasons="\n".join(reasons))


def is_current(path: Path, text: str) -> bool:
    """Return whether the page has this text."""
    return path.exists() and path.read_text() == text


def _write_row(row: dict[str, Any]) -> str:
    explained = dict(row["explained"])
    phrases = explained.pop(_REASON, 0)
    others = ", ".join(f"{count} {name}" for name, count in explained.items()) or "0"
    cells = [
        f"{row['name']} {row['version']}",
        row["pins"],
        _write_tests(row["tests"]),
        str(row["requests"]),
        str(row["equal"]),
        str(phrases),
        others,
        str(len(row["differences"])),
    ]
    return f"| {' | '.join(cells)} |"


def _write_tests(tests: dict[str, Any] | None) -> str:
    if tests is None:
        return "not run"
    sides = []
    for side in ("stock", "engine"):
        counts = tests["counts"][side]
        failed = counts.get("failed", 0)
        sides.append(f"{counts.get('passed', 0)} of {counts.get('passed', 0) + failed}")
    differing = len(tests["differences"])
    suffix = f", {differing} differ" if differing else ""
    return " · ".join(sides) + suffix


def _write_notes(rows: list[dict[str, Any]]) -> list[str]:
    notes = []
    for row in rows:
        tests = row["tests"] or {}
        parts = [row["note"], tests.get("note", "")]
        unstable = [
            f"`{name.rpartition('::')[2]}`" for name in tests.get("unstable", [])
        ]
        if unstable:
            parts.append(f"Ended differently in one run only: {', '.join(unstable)}.")
        parts += [f"Open: `{line}`" for line in row["differences"][:5]]
        text = " ".join(part for part in parts if part)
        if text:
            notes.append(f"- {row['name']}: {text}")
    return ["\n", "\n".join(notes), "\n"] if notes else []
