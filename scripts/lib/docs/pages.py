"""The list of generated pages."""

from pathlib import Path

from lib import matrix
from lib.apps import APPLICATIONS, load_results, write_page

from .benchmarks import write_benchmarks
from .index import write_index
from .internals import write_internals


def list_pages(root: Path) -> list[tuple[Path, str]]:
    """Return the path and the text of each generated page."""
    docs = root / "docs"
    names = [application.name for application in APPLICATIONS]
    return [
        (docs / "internals" / "index.md", write_internals(root)),
        (docs / "benchmarks.md", write_benchmarks(docs)),
        (docs / "index.md", write_index(docs)),
        (docs / "compatibility.md", write_page(load_results(), names)),
        (docs / "versions.md", matrix.write_page(matrix.load_results())),
    ]
