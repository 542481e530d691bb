"""The index of all pages, written by a program so that none is missing."""

from pathlib import Path

from .summary import write_entry

HEAD = """# Carboy: all pages

New to Carboy: read [Why Carboy](why.md) and [the tutorial](tutorial.md). If you have a
Flask app, it runs unchanged: start with the batteries that you need.
"""
SECTIONS = {
    "": "Start",
    "batteries": "Batteries",
    "how-to": "How-to guides",
    "reference": "Reference",
    "internals": "Internals",
    "benchmarks": "Benchmarks",
    "decisions": "Design decisions",
}
FIRST = ("index", "why", "tutorial", "tutorial-accounts")


def write_index(docs: Path) -> str:
    """List every page by section, with its first sentence."""
    pages = [page for page in sorted(docs.rglob("*.md")) if page != docs / "index.md"]
    parts = [HEAD]
    for folder, title in _list_sections(docs, pages):
        inside = [page for page in pages if _section_of(page, docs) == folder]
        inside.sort(key=_sort_key)
        entries = [write_entry(page, docs) for page in inside]
        if entries:
            parts.append(f"## {title}\n\n" + "\n".join(entries) + "\n")
    return "\n".join(parts)


def _list_sections(docs: Path, pages: list[Path]) -> list[tuple[str, str]]:
    others = sorted({_section_of(page, docs) for page in pages} - set(SECTIONS))
    return [*SECTIONS.items(), *((name, name.capitalize()) for name in others)]


def _section_of(page: Path, docs: Path) -> str:
    parts = page.relative_to(docs).parts
    return parts[0] if len(parts) > 1 else ""


def _sort_key(page: Path) -> tuple[int, str]:
    position = FIRST.index(page.stem) if page.stem in FIRST else len(FIRST)
    return position, page.name
