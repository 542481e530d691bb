"""If this passes, the generated pages list everything that lies beside them."""

from pathlib import Path

from lib.docs import list_pages, write_benchmarks, write_index


def write(root: Path, name: str, text: str) -> None:
    path = root / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_each_measurement_is_listed_with_its_first_sentence(tmp_path):
    write(tmp_path, "benchmarks/engine.md", "# The engine\n\nAgainst\nFlask. More.\n")
    write(tmp_path, "benchmarks/edge.md", "| a | table |\n\nText.\n")

    page = write_benchmarks(tmp_path / "docs")

    assert "\n- [The engine](benchmarks/engine.md): Against Flask.\n" in page
    assert "\n- [edge](benchmarks/edge.md)\n" in page


def test_nothing_measured_is_said(tmp_path):
    assert "Nothing was measured yet." in write_benchmarks(tmp_path)


def test_the_index_lists_every_page_below_its_section(tmp_path):
    write(tmp_path, "zebra.md", "# Zebra\n")
    write(tmp_path, "tutorial.md", "# Tutorial\n\nSee [this](batteries/db.md) now!\n")
    write(tmp_path, "batteries/db.md", "# Database\n\nA database, e.g. one\nfile\n")
    write(tmp_path, "novel/a.md", "# A\n")

    page = write_index(tmp_path / "docs")

    _, start, batteries, novel = page.split("\n## ")
    assert start.startswith("Start\n\n- [Tutorial](tutorial.md): See this now!\n")
    assert start.rstrip().endswith("- [Zebra](zebra.md)")
    assert "- [Database](batteries/db.md): A database, e.g. one file\n" in batteries
    assert novel.startswith("Novel\n\n- [A](novel/a.md)")


def test_a_page_that_is_written_is_not_stale_a_moment_later(tmp_path):
    write(tmp_path, "batteries/db.md", "# Database\n")
    for _ in range(2):
        for path, text in list_pages(tmp_path):
            path.write_text(text)

    assert all(path.read_text() == text for path, text in list_pages(tmp_path))
