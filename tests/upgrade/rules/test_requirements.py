"""If this passes, the rule `requirements` edits its cases only."""

from carboy.upgrade.rules.requirements import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        'flask-sqlalchemy == 2.1\r\nWTForms[email]==2.2.1 ; python_version > "3"\r\n',
        'flask-sqlalchemy ~=3.1\r\nWTForms[email]~=3.2 ; python_version > "3"\r\n',
    )
]
UNCHANGED = [
    "Flask\nFlask>=0.10\n",
    "Flask==3.1.2\n",
    "# Flask==0.12\n",
    "-e git+https://x/Flask==0.12\n",
    "Flask<2\n",
]

test_changed, test_unchanged = make_cases(
    RULE, CHANGED, UNCHANGED, path="requirements.txt"
)
