"""If this passes, the rule `flask-send-file` edits its cases only."""

from carboy.upgrade.rules.flask_send_file import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "import flask\n"
            'flask.send_file(f, mimetype="x", cache_timeout = 0, '
            "add_etags=False)\n"
        ),
        'import flask\nflask.send_file(f, mimetype="x", max_age = 0, etag=False)\n',
    ),
    (
        'from flask import send_from_directory as s\ns("d", filename=name)\n',
        'from flask import send_from_directory as s\ns("d", path=name)\n',
    ),
]
UNCHANGED = [
    'from flask import send_file\nsend_file(f, download_name="a")\n',
    'send_file(f, attachment_filename="a")\n',
    'from other import send_file\nsend_file(f, attachment_filename="a")\n',
    'from flask import send_file\nsend_file(filename="x")\n',
    "from flask import send_file\ndef f(send_file):\n    send_file(f, add_etags=1)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
