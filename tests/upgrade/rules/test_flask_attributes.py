"""If this passes, the rule `flask-attributes` edits its cases only."""

from carboy.upgrade.rules.flask_attributes import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        'import json\napp.config.from_json("x.json")\n',
        'import json\napp.config.from_file("x.json", load=json.load)\n',
    ),
    (
        "from flask import current_app\nx = f(current_app.use_x_sendfile, '')\n",
        (
            "from flask import current_app\n"
            "x = f(current_app.config['USE_X_SENDFILE'], '')\n"
        ),
    ),
]
UNCHANGED = [
    'app.session_cookie_name = "x"\n',
    'class A:\n    session_cookie_name = "x"\n',
    (
        "from flask import Flask\n"
        "app = Flask(__name__)\n"
        'app.config["USE_X_SENDFILE"] = 1\n'
    ),
    'x.from_json("a")\n',
    'Model.config_from_json("a")\n',
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
