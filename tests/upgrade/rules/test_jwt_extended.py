"""If this passes, the rule `jwt-extended` edits its cases only."""

from carboy.upgrade.rules.jwt_extended import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "@jwt.expired_token_loader\ndef expired():\n    return 401\n\n\n"
        "@jwt.revoked_token_loader\ndef revoked(token):\n    return 401\n",
        "@jwt.expired_token_loader\ndef expired(_jwt_header, _jwt_payload):\n    return 401\n\n\n"
        "@jwt.revoked_token_loader\ndef revoked(_jwt_header, token):\n    return 401\n",
    ),
    (
        (
            "from flask_jwt_extended import get_jwt_claims, jwt_optional\n"
            "\n"
            "\n"
            "@jwt_optional\n"
            "def f():\n"
            "    get_jwt_claims()\n"
        ),
        (
            "from flask_jwt_extended import get_jwt, jwt_required\n"
            "\n"
            "\n"
            "@jwt_required(optional=True)\n"
            "def f():\n"
            "    get_jwt()\n"
        ),
    ),
    (
        (
            "from flask_jwt_extended import jwt_required, fresh_jwt_required\n"
            "\n"
            "\n"
            "@fresh_jwt_required\n"
            "def f(): ...\n"
        ),
        (
            "from flask_jwt_extended import jwt_required\n"
            "\n"
            "\n"
            "@jwt_required(fresh=True)\n"
            "def f(): ...\n"
        ),
    ),
    (
        (
            "@jwt.token_in_blacklist_loader\n"
            "def check(token):\n"
            '    return token["jti"] in x\n'
        ),
        (
            "@jwt.token_in_blocklist_loader\n"
            "def check(_jwt_header, token):\n"
            '    return token["jti"] in x\n'
        ),
    ),
    (
        (
            "@jwt.user_loader_callback_loader\n"
            "def load(identity):\n"
            "    return find(identity)\n"
        ),
        (
            "@jwt.user_lookup_loader\n"
            "def load(_jwt_header, identity):\n"
            '    identity = identity["sub"]\n'
            "    return find(identity)\n"
        ),
    ),
]
UNCHANGED = [
    "@jwt.expired_token_loader\ndef expired(header, payload):\n    return 401\n",
    "def expired_token_loader():\n    return 401\n",
    "from flask_jwt_extended import jwt_required\n\n\n@jwt_required()\ndef f(): ...\n",
    "from flask_jwt import jwt_required\n\n\n@jwt_required\ndef f(): ...\n",
    "@jwt_required\ndef f(): ...\n",
    "from flask_jwt_extended import get_jwt\nget_jwt()\n",
    (
        "from flask_jwt_extended import create_access_token\n"
        'create_access_token(identity="1")\n'
    ),
    "jwt.additional_claims_loader(f)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
