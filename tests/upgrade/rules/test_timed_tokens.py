"""If this passes, the rule `timed-tokens` edits its cases only."""

from carboy.upgrade.rules.timed_tokens import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from itsdangerous import TimedJSONWebSignatureSerializer, "
            "BadSignature\n"
            "s = TimedJSONWebSignatureSerializer(key, expires_in=60 * 5)\n"
            "t = s.dumps({})\n"
        ),
        (
            "from itsdangerous import URLSafeTimedSerializer, BadSignature\n"
            "s = URLSafeTimedSerializer(key)\n"
            "t = s.dumps({})\n"
        ),
    )
]
UNCHANGED = [
    (
        "from itsdangerous import URLSafeTimedSerializer as Serializer\n"
        "s = Serializer(key)\n"
        "s.dumps({})\n"
    ),
    (
        "from itsdangerous import TimedJSONWebSignatureSerializer as S\n"
        "a = S(key, 60)\n"
        "b = S(key, 90)\n"
    ),
    "from itsdangerous import TimedJSONWebSignatureSerializer as S\nS(key).dumps({})\n",
    (
        "from itsdangerous import TimedJSONWebSignatureSerializer as S\n"
        's = S(key, config["AGE"])\n'
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
