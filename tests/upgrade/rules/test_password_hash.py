"""If this passes, the rule `password-hash` edits its cases only."""

from carboy.upgrade.rules.password_hash import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from werkzeug.security import generate_password_hash as g\n"
            "g(p, 'md5')\n"
            "g(p, method='sha1', salt_length=8)\n"
        ),
        (
            "from werkzeug.security import generate_password_hash as g\n"
            "g(p)\n"
            "g(p, salt_length=8)\n"
        ),
    )
]
UNCHANGED = [
    "from werkzeug.security import generate_password_hash\ngenerate_password_hash(p)\n",
    (
        "from werkzeug.security import generate_password_hash\n"
        'generate_password_hash(p, method="pbkdf2:sha256")\n'
    ),
    'generate_password_hash(p, method="sha256")\n',
    (
        "from flask_bcrypt import generate_password_hash\n"
        'generate_password_hash(p, "md5")\n'
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
