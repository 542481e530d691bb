"""Write the assertions that unittest has today."""

import ast
from collections.abc import Iterator

from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_NAMES = {
    "assertEquals": "assertEqual",
    "assertNotEquals": "assertNotEqual",
    "assertAlmostEquals": "assertAlmostEqual",
    "assertNotAlmostEquals": "assertNotAlmostEqual",
    "assert_": "assertTrue",
    "failUnless": "assertTrue",
    "failIf": "assertFalse",
    "failUnlessEqual": "assertEqual",
    "failIfEqual": "assertNotEqual",
    "failUnlessRaises": "assertRaises",
    "assertRaisesRegexp": "assertRaisesRegex",
    "assertRegexpMatches": "assertRegex",
    "assertNotRegexpMatches": "assertNotRegex",
    "assertItemsEqual": "assertCountEqual",
}


def _check(module: Module) -> Iterator[Finding]:
    defined = {node.name for node in module.nodes(ast.FunctionDef)}
    for node in module.nodes(ast.Attribute):
        new = _NAMES.get(node.attr)
        is_self = getattr(node.value, "id", "") in {"self", "cls"}
        if new and is_self and node.attr not in defined:
            edits = (module.rename(node, new),)
            yield Finding(module.start(node), f"{node.attr} is {new}", edits)


RULE = UpgradeRule(
    id="python-unittest",
    title="Write the assertions that unittest has today",
    why="Python 3.12 removed the older names of assertions.",
    package="python",
    since="3.12",
    words=(
        "assertEquals",
        "assertNotEquals",
        "AlmostEquals",
        "self.assert_",
        "self.fail",
        "RaisesRegexp",
        "RegexpMatches",
        "assertItemsEqual",
    ),
    check=_check,
    examples=(
        (
            (
                "class T(TestCase):\n"
                "    def test(self):\n"
                "        self.assertEquals(1, 1)\n"
            ),
            "class T(TestCase):\n    def test(self):\n        self.assertEqual(1, 1)\n",
        ),
    ),
)
