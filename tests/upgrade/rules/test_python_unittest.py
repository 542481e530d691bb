"""If this passes, the rule `python-unittest` edits its cases only."""

from carboy.upgrade.rules.python_unittest import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "class T(TestCase):\n"
            "    def test(self):\n"
            "        self.assert_(x), self.assertItemsEqual(a, b)\n"
        ),
        (
            "class T(TestCase):\n"
            "    def test(self):\n"
            "        self.assertTrue(x), self.assertCountEqual(a, b)\n"
        ),
    )
]
UNCHANGED = [
    "assertEquals(1, 2)\n",
    "class A:\n    def assert_(self): ...\n    def f(self):\n        self.assert_()\n",
    "other.assertEquals(1, 2)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
