"""If this passes, apps that issue tokens accept numbers as identities, and no others do."""

from carboy.upgrade.rules.jwt_subject import RULE
from tests.upgrade.cases import make_cases

USE = "create_access_token(1)\n"
CHANGED: list[tuple[str, str]] = [
    (
        "from flask_jwt_extended import JWTManager\n\njwt = JWTManager()\n\n\n"
        "def make(app):\n    jwt.init_app(app)\n    return app\n\n\n" + USE,
        "from flask_jwt_extended import JWTManager\n\njwt = JWTManager()\n\n\n"
        'def make(app):\n    app.config.setdefault("JWT_VERIFY_SUB", False)\n'
        "    jwt.init_app(app)\n    return app\n\n\n" + USE,
    ),
]
UNCHANGED = [
    "from flask_jwt_extended import JWTManager\n\njwt = JWTManager(app)\n",
    "from flask_login import LoginManager\n\nlogin = LoginManager(app)\n" + USE,
    "from flask_jwt_extended import JWTManager\n\napp.config['JWT_VERIFY_SUB'] = True\n"
    "jwt = JWTManager(app)\n" + USE,
    "from other import JWTManager\n\njwt = JWTManager(app)\n" + USE,
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
