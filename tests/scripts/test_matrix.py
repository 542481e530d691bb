"""If this passes, the matrix counts as wrong what stock Flask does not do."""

import sys

import pytest

from lib.matrix import (
    CELLS,
    find_pythons,
    list_runs,
    list_short_runs,
    load_results,
    page,
    read_lower_bound,
)
from lib.matrix.parts import Result, read_report


def report(*cases: tuple[str, str]) -> str:
    rows = (
        f'<testcase classname="tests.engine.a" name="{name}">{outcome}</testcase>'
        for name, outcome in cases
    )
    return f"<testsuites>{''.join(rows)}</testsuites>"


def test_a_test_may_fail_where_it_fails_on_stock_flask():
    result = read_report(
        report(
            ("test_a[stock-1]", "<failure/>"),
            ("test_a[inherited-1]", "<failure/>"),
            ("test_a[installed-2]", "<failure/>"),
            ("test_stock_flask", "<error/>"),
            ("test_b", ""),
            ("test_c", "<skipped/>"),
        )
    )

    assert (result.passed, result.skipped, result.as_stock) == (1, 1, 2)
    assert [name.partition("::")[2] for name in result.wrong] == [
        "test_a[installed-2]",
        "test_stock_flask",
    ]


def test_the_pins_are_the_lower_bounds_of_the_project():
    oldest, *_ = CELLS

    assert oldest.pins["flask"] == read_lower_bound("flask")
    assert read_lower_bound("flask", "site") > oldest.pins["flask"]
    with pytest.raises(ValueError, match="no lower bound of flask in 'db'"):
        read_lower_bound("flask", "db")


def test_cells_run_on_each_python_that_they_need():
    runs = list_runs(["3.11", "3.12"], ["oldest", "old-flask"], ["server"])

    assert [(cell.name, version, parts) for cell, version, parts in runs] == [
        ("oldest", "3.11", ("server",)),
        ("oldest", "3.12", ("server",)),
        ("old-flask", "3.11", ("server",)),
    ]


def test_a_change_runs_the_oldest_versions_on_the_first_and_the_last_python():
    runs = list_short_runs(["3.11", "3.12", "3.13"])

    assert {cell.name for cell, _, _ in runs} == {"oldest"}
    assert [version for _, version, _ in runs] == ["3.11", "3.13"]
    assert len(list_short_runs(["3.11"])) == 1


def test_the_python_of_this_run_is_found():
    major, minor = sys.version_info[:2]

    assert f"{major}.{minor}" in find_pythons()


def test_results_of_parts_are_kept_beside_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "RESULTS", tmp_path / "results" / "matrix.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "versions.md")

    page.keep_results("newest", "3.12", "flask 9", {"engine": Result(7, 1, 2, ["a"])})
    page.keep_results("oldest", "3.11", "flask 3", {"base": Result(1)})
    page.keep_results("newest", "3.12", "flask 9", {"server": Result(3)})

    *_, oldest, newest = [
        line for line in page.PAGE.read_text().splitlines() if line.startswith("| ")
    ]
    assert oldest == "| flask 3 | 3.11 |  |  |  |  | 1 |  |  |"
    assert newest == (
        "| flask 9 | 3.12 | 7, 1 skipped, 2 as stock, 1 wrong | 3 |  |  |  |  |  |"
    )


def test_the_page_is_written_from_the_kept_results():
    assert page.PAGE.read_text() == page.write_page(load_results())
    assert not any(
        counts["wrong"] for row in load_results() for counts in row["parts"].values()
    )
