"""If this passes, tests get a context of their app where they have none."""

from carboy.upgrade import Project
from carboy.upgrade.rules.test_contexts import RULE
from tests.upgrade.cases import make_cases

PROJECT = Project({
    "app": frozenset({"flask.Flask"}),
    "db": frozenset({"flask_sqlalchemy.SQLAlchemy"}),
})
START = (
    "import pytest\nfrom unittest import TestCase\nfrom shop import app, db, User\n\n\n"
)
CHANGED: list[tuple[str, str]] = [
    (
        START + "@pytest.fixture\ndef client():\n    app.testing = True\n"
        "    db.create_all()\n\n    yield app.test_client()\n    db.drop_all()\n",
        START + "@pytest.fixture\ndef client():\n    app.testing = True\n"
        "    with app.app_context():\n        db.create_all()\n\n"
        "        yield app.test_client()\n        db.drop_all()\n",
    ),
    (
        START
        + "class T(TestCase):\n    def setUp(self):\n        self.client = app.test_client()\n"
        "        db.create_all()\n",
        START
        + "class T(TestCase):\n    def setUp(self):\n        self.client = app.test_client()\n"
        "        context = app.app_context()\n        context.push()\n"
        "        self.addCleanup(context.pop)\n        db.create_all()\n",
    ),
]
UNCHANGED = [
    START
    + "class T(TestCase):\n    def setUp(self):\n        app.app_context().push()\n"
    "        db.create_all()\n",
    START
    + "class T(TestCase):\n    def setUp(self):\n        self.client = app.test_client()\n",
    START + "def test_a(client):\n    assert client.get('/').status_code == 200\n",
    START + "def test_a():\n    with app.app_context():\n        db.create_all()\n",
    START + "def make():\n    db.create_all()\n",
    START + "def test_a(db):\n    assert User.query.all() == []\n",
    START + 'def test_a():\n    db.session.execute("""a\n    b""")\n',
    START
    + "@pytest.fixture(autouse=True)\ndef context():\n    with app.app_context():\n"
    "        yield\n\n\ndef test_a():\n    assert User.query.all() == []\n",
    "def test_a(request):\n    assert request.query == 1\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, project=PROJECT)
