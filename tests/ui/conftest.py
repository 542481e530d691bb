"""Every page that ships, served once for the tests of a process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.shipped_pages import serve_pages


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Address of each page by its name."""
    folder: Path = tmp_path_factory.mktemp("shipped")
    with serve_pages(folder) as pages:
        yield pages
