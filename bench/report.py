"""Writes docs/benchmarks/engine.md, its charts and the rows of edge.md."""

from typing import Any

from chart import Bar, draw
from contenders import EDGE, FLASK, PEERS, PEERS_GRANIAN, SAME
from edge import write_section
from results import ROOT, load

PAGE = ROOT / "docs" / "benchmarks" / "engine.md"
INTRO = """\
# What the engine costs, and that it changes nothing

This page is written by `bench/report.py` from the files in `results/`. Repeat it with

    make bench          # setup, in process, servers, these pages: about twenty minutes
    make differential   # 100,000 generated requests against stock Flask
    make conformance    # Flask's own suite and nine extensions

How it is measured, and what the figures cannot say: [method](method.md).
"""


def main() -> None:
    """Write the page and the charts that there are results for."""
    parts = [INTRO]
    for name, write in WRITERS.items():
        result = load(name)
        if result is not None:
            parts.append(write(result))
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    write_section()


def write_differential(result: dict[str, Any]) -> str:
    """Return the section on the comparison with stock Flask."""
    return f"""\
## No difference

`scripts/differential` sent {result["requests"]:,} generated requests to
{result["apps"]:,} generated apps, on stock Flask and on the engine ({result["date"]},
Flask {result["flask"]}, Werkzeug {result["werkzeug"]}, Python {result["python"]}, seed
{result["seed"]}, {result["seconds"]} s): **{result["differences"]} differences** in
status, headers and their order, body, hooks and signals and their order, exceptions,
log records and contexts.
"""


def write_inprocess(result: dict[str, Any]) -> str:
    """Return the section on requests in process, and draw its chart."""
    rows = [
        f"| {case['title']} | {show(case['flask'])} | {show(case['engine'])} | "
        f"**{case['ratio']:.1f}×** | {goal(case)} |"
        for case in result["cases"].values()
    ]
    bars = [
        Bar(case["title"].replace("`", ""), case["ratio"], times(case["ratio"]), "own")
        for case in result["cases"].values()
    ]
    chart = draw("How many times less a request costs on the engine", [("", bars)])
    _save_chart("engine-inprocess", chart)
    return f"""\
## In process: environ in, bytes out

{about(result)}. Microseconds of processor time per request: the median of
{result["rounds"]} rounds, and the middle half of them. The ratio is the median of the
ratios of neighbouring rounds.

![How many times less a request costs on the engine](engine-inprocess.svg)

| request | Flask, µs | engine, µs | less | to reach |
|---|---:|---:|---:|---:|
{chr(10).join(rows)}

{_remarks(result)}"""


def _remarks(result: dict[str, Any]) -> str:
    memory, cases = result["memory"], result["cases"]
    many, few = (cases[name]["engine"]["median"] for name in ("routes 500", "routes 5"))
    more = (memory["engine"] / memory["flask"] - 1) * 100
    return f"""\
- Measuring itself, on a callable that answers at once, is {result["harness"]:.2f} µs of
  each figure.
- 500 routes against 5, on the engine: {(many / few - 1) * 100:+.0f} % (to reach: within
  20 %).
- Private memory of a worker that served each of them: Flask {memory["flask"]} MB,
  engine {memory["engine"]} MB ({more:+.1f} %; to reach: + 5 %).
"""


def write_servers(result: dict[str, Any]) -> str:
    """Return the section on whole servers, and draw its chart."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in result["contenders"]:
        groups.setdefault(each["group"], []).append(each)
    _save_chart(
        "engine-servers",
        draw(
            "JSON, one worker: requests per second",
            [
                (name, [_bar(each) for each in ranked(rows)])
                for name, rows in groups.items()
            ],
        ),
    )
    tables = "\n".join(_table(name, ranked(rows)) for name, rows in groups.items())
    return f"""\
## Whole servers: JSON, one worker

{about(result)}. `wrk` with {result["connections"]} connections on the same machine,
{result["seconds"]} s after a warm-up, each server alone, median of {result["rounds"]}
rounds in an order that changes. The last column divides by the processor time that all
processes of the server used, which a busy machine does not stretch.

![Requests per second](engine-servers.svg)

{tables}
{_ratios(groups)}"""


def ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, the fastest first."""
    return sorted(rows, key=lambda row: -float(row["rate"]))


def _bar(row: dict[str, Any]) -> Bar:
    kind = "other"
    if row["name"] in {"engine", "carboy serve"}:
        kind = "own"
    elif row["name"].startswith("Flask"):
        kind = "flask"
    return Bar(row["name"], row["rate"], f"{row['rate']:,}", kind)


def _table(name: str, rows: list[dict[str, Any]]) -> str:
    lines = [
        f"| {row['name']} | {row['rate']:,} | {row['low']:,} - {row['high']:,} "
        f"| {row['p99']} | {row['per_cpu']:,} |"
        for row in rows
    ]
    head = (
        f"| {name} | requests/s | range | p99, ms | per processor second |\n"
        "|---|---:|---:|---:|---:|"
    )
    return f"{head}\n{chr(10).join(lines)}\n"


def _ratios(groups: dict[str, list[dict[str, Any]]]) -> str:
    rows = {(name, row["name"]): row for name, rows in groups.items() for row in rows}
    peers = ranked(groups.get(PEERS, []))[:1]
    beside = ranked(groups.get(PEERS_GRANIAN, []))[:1]
    engine, serve = (SAME, "engine"), (EDGE, "carboy serve")
    bare = EDGE, "bare RSGI callable"
    wanted = [
        (engine, (SAME, "bare callable"), "0.85"),
        (engine, (SAME, "Flask"), "4"),
        (serve, bare, "0.6"),
        (serve, (FLASK, "Flask, gunicorn sync"), "12"),
        # What the row above could be at most, if Carboy took no time at all.
        (bare, (FLASK, "Flask, gunicorn sync"), ""),
        *((serve, (PEERS, row["name"]), "1") for row in peers),
        *((serve, (PEERS_GRANIAN, row["name"]), "1") for row in beside),
    ]
    lines = [
        f"| {one[1]} / {other[1]} | {_share(rows, one, other, 'rate')} "
        f"| {_share(rows, one, other, 'per_cpu')} | {goal} |"
        for one, other, goal in wanted
        if one in rows and other in rows
    ]
    head = "| | by the clock | by processor time | to reach |\n|---|---:|---:|---:|"
    return f"{head}\n{chr(10).join(lines)}\n"


def _share(rows: dict[Any, Any], one: Any, other: Any, key: str) -> str:
    return f"{rows[one][key] / rows[other][key]:.2f}"


def about(result: dict[str, Any]) -> str:
    """Return a sentence on when and on what it was measured."""
    versions = ", ".join(f"{name} {each}" for name, each in result["versions"].items())
    return (
        f"{result['date']}, {result['system']}, {result['cores']} cores, "
        f"Python {result['python']}, {versions}, load {result['load']} before the start"
    )


def show(figures: dict[str, float]) -> str:
    """Return a median with its middle half."""
    return f"{figures['median']:.1f} ({figures['low']:.1f} - {figures['high']:.1f})"


def times(ratio: float) -> str:
    """Return a ratio as a reader says it."""
    return f"{ratio:.1f}×"


def goal(case: dict[str, Any]) -> str:
    """Return the ratio that the design asks for."""
    return f"{case['target']}×" if case["target"] else ""


def _save_chart(name: str, svg: str) -> None:
    (PAGE.parent / f"{name}.svg").write_text(svg, encoding="utf-8")


WRITERS = {
    "inprocess": write_inprocess,
    "servers": write_servers,
    "differential": write_differential,
}


if __name__ == "__main__":
    main()
