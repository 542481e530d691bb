"""The index of all pages: every page is on it, since a program writes it."""

from pathlib import Path

from .summary import write_entry

HEAD = """# Carboy: all pages

New here: [why Carboy is there](why.md), then [the tutorial](tutorial.md). With a Flask
app at hand: it runs as it is, so begin with the batteries that you miss.
"""
SECTIONS = {
    "": "Start",
    "batteries": "Batteries",
    "how-to": "How to",
    "reference": "Reference",
    "internals": "How it works inside",
    "benchmarks": "What was measured",
    "decisions": "What was decided, and why",
}
FIRST = ("why", "tutorial")


def write_index(docs: Path) -> str:
    """List every page by section, with its first sentence."""
    pages = [page for page in sorted(docs.rglob("*.md")) if page.name != "index.md"]
    parts = [HEAD]
    for folder, title in _list_sections(docs, pages):
        inside = [page for page in pages if _section_of(page, docs) == folder]
        inside.sort(key=_place)
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


def _place(page: Path) -> tuple[int, str]:
    place = FIRST.index(page.stem) if page.stem in FIRST else len(FIRST)
    return place, page.name
