"""If this passes, names of nose become those of pytest, in tests of pytest only."""

from carboy.upgrade.rules.pytest_setup import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "def setup():\n    pass\n\n\ndef test_a():\n    pass\n",
        "def setup_module():\n    pass\n\n\ndef test_a():\n    pass\n",
    ),
    (
        "class Base(object):\n    def teardown(self):\n        pass\n\n\n"
        "class TestA(Base):\n    pass\n",
        "class Base(object):\n    def teardown_method(self):\n        pass\n\n\n"
        "class TestA(Base):\n    pass\n",
    ),
    (
        "import pytest as p\n\n\n@p.yield_fixture\ndef app():\n    yield 1\n",
        "import pytest as p\n\n\n@p.fixture\ndef app():\n    yield 1\n",
    ),
]
UNCHANGED = [
    "from unittest import TestCase\n\n\nclass TestA(TestCase):\n    def setup(self):\n        pass\n",
    "class Shop:\n    def setup(self):\n        pass\n",
    "class TestA:\n    def setup(self):\n        pass\n\n    def setup_method(self):\n        pass\n",
    "class TestA:\n    def setup(self):\n        pass\n\n    def test_a(self):\n        self.setup()\n",
    "def setup(app):\n    pass\n\n\ndef test_a():\n    pass\n",
    "def setup():\n    pass\n\n\nsetup()\n",
    "class TestA:\n    def setup_method(self):\n        pass\n",
    "from .base import Base\n\n\nclass TestA(Base):\n    def setup(self):\n        pass\n",
    "import pytest\n\n\n@pytest.fixture\ndef setup():\n    pass\n\n\ndef test_a(setup):\n    pass\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
