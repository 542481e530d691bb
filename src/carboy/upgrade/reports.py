"""What a run has done, as text, diff, JSON and as a page."""

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from .rewrite import FileOutcome, Place
from .rule_list import list_rules

DOCS = "https://carboy.readthedocs.io/reference/upgrade-rules.html"


def format_diff(outcomes: Iterable[FileOutcome]) -> str:
    """Return the unified diff of all files that change."""
    parts = []
    for outcome in outcomes:
        if outcome.is_changed:
            before, after = _lines(outcome.before), _lines(outcome.after)
            lines = difflib.unified_diff(before, after, outcome.path, outcome.path)
            parts += [line if line.endswith("\n") else f"{line}\n" for line in lines]
    return "".join(parts)


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="replace").splitlines(keepends=True)


def format_places(outcome: FileOutcome, places: Iterable[Place]) -> list[str]:
    """Return a line for each place, with the file and the line that it is in."""
    lines = []
    for place in places:
        lines.append(f"{outcome.path}:{place.line}: {place.rule}: {place.message}")
        if place.security:
            lines.append(f"    security: {place.security}")
    return list(dict.fromkeys(lines))


def count_rules(outcomes: Iterable[FileOutcome]) -> Counter[str]:
    """Return how many changes each rule makes."""
    return Counter(place.rule for outcome in outcomes for place in outcome.changes)


def format_counts(outcomes: Sequence[FileOutcome]) -> list[str]:
    """Return a line for each rule that changes something: how often, and its title."""
    titles = {rule.id: rule.title for rule in list_rules()}
    rows = count_rules(outcomes).most_common()
    width = max((len(name) for name, _ in rows), default=0)
    return [f"{count:5}  {name:{width}}  {titles[name]}" for name, count in rows]


def summarize(outcomes: Sequence[FileOutcome], *, is_written: bool) -> str:
    """Return one line: how many files and places."""
    files = sum(outcome.is_changed for outcome in outcomes)
    edits = sum(count_rules(outcomes).values())
    notes = sum(len(outcome.notes) for outcome in outcomes)
    verb = "changed" if is_written else "would change"
    text = f"{_count(files, 'file')} {verb}, {_count(edits, 'place')}"
    return f"{text}; {_count(notes, 'place')} for a person."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def make_report(
    outcomes: Sequence[FileOutcome], targets: Mapping[str, str]
) -> dict[str, object]:
    """Return a run as the values of a JSON document."""
    return {
        "version": 1,
        "targets": dict(targets),
        "rules": dict(count_rules(outcomes)),
        "files": [
            {
                "path": outcome.path,
                "is_changed": outcome.is_changed,
                "changes": [asdict(place) for place in outcome.changes],
                "notes": [asdict(place) for place in outcome.notes],
                "problem": outcome.problem,
            }
            for outcome in outcomes
        ],
    }


def write_report(
    path: Path, outcomes: Sequence[FileOutcome], targets: Mapping[str, str]
) -> None:
    """Write a run to a file: a page if its name ends with .html, else JSON."""
    if path.suffix == ".html":
        text = make_page(outcomes, targets)
    else:
        values = make_report(outcomes, targets)
        text = json.dumps(values, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, "utf-8")


_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td { padding: .3rem .75rem .3rem 0; vertical-align: top;
  border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
td:first-child { text-align: right; width: 3rem; opacity: .7; }
td:nth-child(2) { white-space: nowrap; }
pre { overflow-x: auto; padding: .75rem; border-radius: .4rem; font-size: .85rem;
  background: color-mix(in srgb, currentColor 6%, transparent); }
ins, del { text-decoration: none; display: block; }
ins { background: color-mix(in srgb, #2da44e 22%, transparent); }
del { background: color-mix(in srgb, #cf222e 18%, transparent); }
.security { font-weight: 600; }
@media (max-width: 40rem) { td { display: block; border: 0; padding: 0; }
  td:first-child { text-align: left; width: auto; margin-top: .5rem; } }
"""


def make_page(outcomes: Sequence[FileOutcome], targets: Mapping[str, str]) -> str:
    """Return a run as a page that needs nothing else."""
    versions = ", ".join(f"{name} {version}" for name, version in targets.items())
    parts = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8"><title>carboy upgrade</title>',
        '<meta name="viewport" content="width=device-width">',
        f"<style>{_STYLE}</style><body><h1>carboy upgrade</h1>",
        f"<p>{escape(summarize(outcomes, is_written=False))}",
        f"<p>Targets: {escape(versions)}",
        "<h2>Rules</h2><table>",
    ]
    titles = {rule.id: rule.title for rule in list_rules()}
    for name, count in count_rules(outcomes).most_common():
        parts.append(f"<tr><td>{count}<td>{_link(name)}<td>{escape(titles[name])}")
    parts.append("</table><h2>For a person</h2><table>")
    parts += [_row(o, p) for o in outcomes for p in o.notes]
    parts += [f"<tr><td><td><td>{escape(o.problem)}" for o in outcomes if o.problem]
    parts.append("</table>")
    parts += [_file(outcome) for outcome in outcomes if outcome.is_changed]
    return "\n".join([*parts, ""])


def _link(rule: str) -> str:
    return f'<a href="{DOCS}#{escape(rule)}">{escape(rule)}</a>'


def _row(outcome: FileOutcome, place: Place) -> str:
    where = f"{outcome.path}:{place.line}"
    notice = f'<br><span class="security">{escape(place.security)}</span>'
    return (
        f"<tr><td><td>{_link(place.rule)}<td><code>{escape(where)}</code>"
        f" {escape(place.message)}{notice if place.security else ''}"
    )


def _file(outcome: FileOutcome) -> str:
    lines = []
    for line in format_diff([outcome]).splitlines()[2:]:
        tag = {"+": "ins", "-": "del"}.get(line[:1], "")
        text = escape(line)
        lines.append(f"<{tag}>{text}</{tag}>" if tag else f"{text}\n")
    notices = {place.security for place in outcome.changes if place.security}
    texts = "".join(f'<p class="security">{escape(t)}' for t in sorted(notices))
    return f"<h2>{escape(outcome.path)}</h2>{texts}<pre>{''.join(lines)}</pre>"
