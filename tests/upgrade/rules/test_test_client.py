"""If this passes, the rule `test-client` edits its cases only."""

from carboy.upgrade.rules.test_client import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "self.assertEqual(r.headers['Location'], 'http://localhost/a?next=b')\n",
        "self.assertEqual(r.headers['Location'], '/a?next=b')\n",
    ),
    ('client.set_cookie("localhost", "a", "b")\n', 'client.set_cookie("a", "b")\n'),
]
UNCHANGED = [
    'assert response.location == "/login"\n',
    'assert url == "http://localhost/login"\n',
    'response.set_cookie("localhost", "1")\n',
    'assert response.location == "http://example.com/"\n',
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
