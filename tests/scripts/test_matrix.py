"""If this passes, the matrix counts as wrong what stock Flask does not do."""

import sys

import pytest

from lib.matrix import CELLS, find_pythons, read_lower_bound
from lib.matrix.parts import read_report


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


def test_the_python_of_this_run_is_found():
    major, minor = sys.version_info[:2]

    assert f"{major}.{minor}" in find_pythons()
