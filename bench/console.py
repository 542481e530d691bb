#!/usr/bin/env python3
"""Measure pages of the console against Flask-Admin, Django's admin, starlette-admin.

All list the same 10,000 rows of one SQLite file, 50 on a page, with a related row in
each. The sides take turns in one process, and the figures are medians of CPU time of
whole requests through the test client of each. `make bench-console` installs the peers
into an environment of their own and writes docs/benchmarks/console.md.
"""
# ruff: noqa: E402 - bench/console_peers has to be on the path, and its file named

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench/console_peers"))
_FOLDER = tempfile.TemporaryDirectory(prefix="bench-console-")
os.environ["BENCH_FILE"] = str(Path(_FOLDER.name, "console.db"))

import carboy_console
import django_console
import flask_admin_console
import starlette_console
from models import Article, Author, Base
from results import describe
from sqlalchemy import create_engine, insert

PAGE = ROOT / "docs" / "benchmarks" / "console.md"
ROWS, AUTHORS = 10_000, 100
ROUNDS = 15
LEAST = 3.0
Fetch = Callable[[str], bytes]
# The last one is ours.
SIDES = ("Flask-Admin", "Django admin", "starlette-admin", "Carboy")
PAGES: dict[str, tuple[str, str, str, str]] = {
    "list of 50 rows": (
        "/admin/article/",
        "/admin/auth/article/",
        "/admin/article/list?page_size=50",
        "/-/admin/article/",
    ),
    "list by another column": (
        "/admin/article/?sort=1",
        "/admin/auth/article/?o=2",
        "/admin/article/list?page_size=50&sort=views:asc",
        "/-/admin/article/?sort=views",
    ),
    "page 150 of the list": (
        "/admin/article/?page=149",
        "/admin/auth/article/?p=150",
        "/admin/article/list?page_size=50&page=150",
        "/-/admin/article/?after=2551",
    ),
    "search for a word": (
        "/admin/article/?search=cork",
        "/admin/auth/article/?q=cork",
        "/admin/article/list?page_size=50&q=cork",
        "/-/admin/article/?q=cork",
    ),
    "form of a row": (
        "/admin/article/edit/?id=77",
        "/admin/auth/article/77/change/",
        "/admin/article/edit?pk=77",
        "/-/admin/article/77/edit",
    ),
}


def fill(url: str) -> None:
    """Create the tables and the rows that all sides show."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(Author), [{"name": f"Author {n}"} for n in range(AUTHORS)]
        )
        connection.execute(
            insert(Article),
            [
                {
                    "title": f"Article {n} about {'cork' if n % 9 == 0 else 'glass'}",
                    "views": n * 7919 % 100_003,
                    "rating": n % 50,
                    "published": n % 3 > 0,
                    "author_id": 1 + n % AUTHORS,
                }
                for n in range(ROWS)
            ],
        )
    engine.dispose()


def measure(
    fetches: tuple[Fetch, ...], urls: tuple[str, ...]
) -> list[tuple[float, int]]:
    """Return the milliseconds of CPU time and the size of a page for each side."""
    sizes = [len(fetch(url)) for fetch, url in zip(fetches, urls, strict=True)]
    times: list[list[float]] = [[] for _ in fetches]
    for _ in range(ROUNDS):
        for side, (fetch, url) in enumerate(zip(fetches, urls, strict=True)):
            before = time.process_time()
            fetch(url)
            times[side].append((time.process_time() - before) * 1000)
    return [*zip(map(statistics.median, times), sizes, strict=True)]


def write_page(
    results: dict[str, list[tuple[float, int]]], about: dict[str, Any]
) -> str:
    """Return the page of the docs."""
    packages = ("flask-admin", "django", "starlette-admin", "flask", "sqlalchemy")
    peers = ", ".join(f"{name} {version(name)}" for name in packages)
    lines = [
        "# Admin console",
        "",
        f"Written by `bench/console.py` on {about['date']}, Python {about['python']}, "
        f"{about['cores']} cores, load {about['load']} before, {peers}.",
        "",
        f"CPU time of whole requests in one process, medians of {ROUNDS} rounds; the",
        f"sides take turns: {ROWS:,} rows of one SQLite file, 50 on a page, each",
        "with a related row. In parentheses is how many times more than Carboy.",
        "",
        f"| page | {' | '.join(SIDES)} |",
        f"|---|{'---|' * len(SIDES)}",
    ]
    for name, figures in results.items():
        ours = figures[-1][0]
        cells = [
            f"{took:.1f} ms, {size / 1000:.0f} kB"
            + (f" ({took / ours:.1f} ×)" if side < len(figures) - 1 else "")
            for side, (took, size) in enumerate(figures)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [
        "",
        "Django's admin has a login and a session in it; the others let everybody in.",
        "All but starlette-admin, which is called without a client, are asked by their",
        "test clients.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write the page if wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    about = describe()
    url = f"sqlite:///{os.environ['BENCH_FILE']}"
    fill(url)
    fetches = (
        flask_admin_console.open_console(url),
        django_console.open_console(),
        starlette_console.open_console(url),
        carboy_console.open_console(url),
    )
    results = {name: measure(fetches, urls) for name, urls in PAGES.items()}
    text = write_page(results, about)
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    lists = [results[name] for name in PAGES if name.startswith(("list", "page"))]
    slow = [figures for figures in lists if figures[-1][0] * LEAST > min(figures)[0]]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
