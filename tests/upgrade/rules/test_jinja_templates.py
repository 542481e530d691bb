"""If this passes, the rule `jinja-templates` edits its cases only."""

from carboy.upgrade.rules.jinja_templates import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "<a>{{ g.user.is_active() }}</a>{% for k, v in d.iteritems() %}",
        "<a>{{ g.user.is_active }}</a>{% for k, v in d.items() %}",
    )
]
UNCHANGED = [
    "{{ current_user.is_authenticated }}",
    "current_user.is_authenticated()",
    "{{ user.is_authenticated() }}",
    "<script>x.is_active()</script>",
]

test_changed, test_unchanged = make_cases(
    RULE, CHANGED, UNCHANGED, path="templates/a.html"
)
