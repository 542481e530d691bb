"""If this passes, the rule `jinja-templates` edits its cases only."""

from pathlib import PurePath

from carboy.upgrade import rewrite
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


def test_markup_and_form_macros_are_for_a_person():
    text = b"""{% import 'bootstrap/wtf.html' as wtf %}
{{ title|safe }} |safe {{ title }}
"""

    outcome = rewrite(text, PurePath("a.html"), [RULE.kind], [RULE])

    assert [place.line for place in outcome.notes] == [1, 2]
    assert not outcome.is_changed
