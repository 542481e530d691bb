"""The list of generated pages."""

from pathlib import Path

from .benchmarks import write_benchmarks
from .index import write_index


def list_pages(root: Path) -> list[tuple[Path, str]]:
    """Give the path of each generated page, and what it has to say today."""
    docs = root / "docs"
    return [
        (docs / "benchmarks.md", write_benchmarks(docs)),
        (docs / "index.md", write_index(docs)),
    ]
