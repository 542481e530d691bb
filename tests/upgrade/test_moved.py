"""If this passes, names move with all their uses, or keep their old local name."""

import pytest

from carboy.upgrade.module import Module
from carboy.upgrade.moved import join_imports, moved_names
from carboy.upgrade.project import Project
from carboy.upgrade.source import apply_edits

CHECK = moved_names({"a.Old": "b.New"}, {"a.mod": "c"})


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("from a import Old\nOld()\n", "from b import New\nNew()\n"),
        ("from a import Old\nNew = Old\n", "from b import New as Old\nNew = Old\n"),
        (
            "from a import Old, x\nf'{Old}'\n",
            "from a import x\nfrom b import New\nf'{New}'\n",
        ),
        ("from a.mod.x import y\n", "from c.x import y\n"),
        ("from b import New\nfrom a import Old\nOld()\n", "from b import New\nNew()\n"),
    ],
)
def test_names_move(text, after):
    findings = [*CHECK(Module(text.encode()))]

    edits = sorted(findings[0].edits, key=lambda edit: edit.start)
    assert apply_edits(text.encode(), edits).decode() == after


def test_a_name_that_other_modules_import_stays():
    module = Module(b"from a import Old\n", Project(shared=frozenset({"Old"})))

    (finding,) = CHECK(module)

    assert finding.edits[-1].text == "from b import New as Old"


def test_imports_from_one_module_are_one_statement():
    assert join_imports(["from a import c", "from a import b", "import d"]) == [
        "from a import b, c",
        "import d",
    ]
