"""If this passes, the rule `flask-login-properties` edits its cases only."""

from carboy.upgrade.rules.flask_login_properties import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "class User(Base):\n"
            "    def is_active(self):\n"
            "        return self.ok\n"
            "\n"
            "    def get_id(self):\n"
            "        return 1\n"
        ),
        (
            "class User(Base):\n"
            "    @property\n"
            "    def is_active(self):\n"
            "        return self.ok\n"
            "\n"
            "    def get_id(self):\n"
            "        return 1\n"
        ),
    ),
    (
        "from flask import g\nx = g.user is not None and g.user.is_authenticated()\n",
        "from flask import g\nx = g.user is not None and g.user.is_authenticated\n",
    ),
    (
        (
            "from flask import render_template_string\n"
            "PAGE = '{% if current_user.is_active() %}hi{% endif %}'\n"
            "render_template_string(PAGE)\n"
            "render_template_string('{{ g.user.is_anonymous() }}')\n"
        ),
        (
            "from flask import render_template_string\n"
            "PAGE = '{% if current_user.is_active %}hi{% endif %}'\n"
            "render_template_string(PAGE)\n"
            "render_template_string('{{ g.user.is_anonymous }}')\n"
        ),
    ),
]
UNCHANGED = [
    "current_user.is_authenticated()\n",
    "from flask_login import current_user\ncurrent_user.is_authenticated\n",
    "class Job:\n    def is_active(self): ...\n",
    (
        "class U:\n"
        "    @property\n"
        "    def is_active(self): ...\n"
        "    def get_id(self): ...\n"
    ),
    "class U:\n    def is_active(self, x): ...\n    def get_id(self): ...\n",
    "user.is_authenticated()\n",
    "BEFORE = '{{ current_user.is_authenticated() }}'\n",
    "show('{% if current_user.is_authenticated() %}hi{% endif %}')\n",
    (
        "from flask import render_template_string\n"
        "render_template_string(f'{{{{ current_user.is_active() }}}} {x}')\n"
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
