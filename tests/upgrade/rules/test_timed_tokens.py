"""If this passes, the rule `timed-tokens` edits its cases only."""

from carboy.upgrade.rules.timed_tokens import RULE
from tests.upgrade.cases import make_cases

CLASS = '''

class S(URLSafeSerializer):
    """Write into each token when it expires."""

    def __init__(self, secret_key, expires_in=None, **options):
        super().__init__(secret_key, **options)
        self.expires_in = 3600 if expires_in is None else expires_in

    def dumps(self, obj, *args):
        return super().dumps([obj, time.time() + self.expires_in], *args)

    def loads(self, s, *args):
        obj, expires = super().loads(s, *args)
        if expires < time.time():
            raise SignatureExpired("Signature expired", payload=obj)
        return obj
'''
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
    ),
    (
        "from itsdangerous import TimedJSONWebSignatureSerializer as S\n\n"
        "a = S(key, 60)\n"
        "b = S(key, config['AGE']).dumps({}).decode()\n",
        "import time\n"
        "from itsdangerous import SignatureExpired\n"
        "from itsdangerous import URLSafeSerializer\n"
        + CLASS
        + "\n\na = S(key, 60)\nb = S(key, config['AGE']).dumps({})\n",
    ),
]
UNCHANGED = [
    (
        "from itsdangerous import URLSafeTimedSerializer as Serializer\n"
        "s = Serializer(key)\n"
        "s.dumps({})\n"
    ),
    "from jose import TimedJSONWebSignatureSerializer as S\n\nS(key, 60)\n",
    "from .tokens import TimedJSONWebSignatureSerializer as S\n\nS(key, 60)\n",
    (
        "try:\n    from itsdangerous import TimedJSONWebSignatureSerializer as S\n"
        "except ImportError:\n    S = None\n"
    ),
    "from itsdangerous import TimestampSigner\n\nTimestampSigner(key)\n",
    (
        "from itsdangerous import TimedJSONWebSignatureSerializer as S\n\n"
        "time = 1\na = S(key, 60)\nb = S(key, 90)\n"
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
