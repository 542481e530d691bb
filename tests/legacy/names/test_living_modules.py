"""If this passes, each old name of a living module is there, and its edit is code."""

import ast
import importlib
import re
import sys

import pytest

from carboy.legacy import Row, list_rows
from carboy.legacy.themes import LIVING_MODULES

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")

# Those of Python itself are on the versions that have no more of it.
ROWS = [row for row in list_rows() if row.module in LIVING_MODULES or ":" in row.here]


@pytest.mark.parametrize(
    "module", sorted({row.module for row in ROWS if row.module in LIVING_MODULES})
)
def test_each_name_is_an_attribute_of_its_module(door, module):
    if module.partition(".")[0] in {"cgi", "imp", "imghdr", "distutils"}:
        # Python's own gives a warning of its own where it is left.
        pytest.importorskip(module) if sys.version_info < (3, 13) else None
    found = importlib.import_module(module)

    for row in ROWS:
        if row.module == module:
            assert getattr(found, row.attribute) is not None, row.name


@pytest.mark.parametrize("row", list_rows(), ids=lambda row: row.name)
def test_each_row_is_complete(row: Row):
    assert row.name
    assert row.here
    assert row.new_code
    assert not row.safe or row.safe.endswith(".")
    for line in re.findall(r"from [\w.]+ import \w+(?: as \w+)?", row.new_code):
        ast.parse(line)


def test_an_edit_that_imports_leads_somewhere():
    """What the reader is told to write can be imported today."""
    paths = {
        match
        for row in list_rows()
        if "uploads" not in row.here
        for match in re.findall(r"from ([\w.]+) import (\w+)", row.new_code)
        if not match[0].startswith(("flask_NAME", "packaging", "wtforms_"))
    }

    for module, name in paths:
        assert hasattr(importlib.import_module(module), name), (module, name)
