"""Random templates render the same with Jinja's code generator and with ours.

The long form is `make differential-templates`.
"""

from random import SystemRandom

import pytest
from template_differential.judge import compare, compare_sources

from carboy.engine import template_escape

SEED = SystemRandom().randrange(10**9)


def test_random_templates_are_the_same() -> None:
    """Texts, exceptions with their lines, and the order of what values are asked."""
    found = [compare(f"{SEED}:{number}") for number in range(150)]

    assert not [each for each in found if each is not None], f"seed {SEED}"


def test_the_judge_sees_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_escape, "escape_text", lambda text: text)

    assert any(compare(f"planted:{number}") for number in range(40))


def test_unknown_names_do_not_stop_the_templates_of_an_application() -> None:
    sources = {
        "a.html": "{% extends 'b.html' %}{% block x %}{{ f(a.b)|unknown }}"
        "{% endblock %}",
        "b.html": "{% for x in rows %}{{ url_for(x, y=1) }}{% endfor %}{% block x %}"
        "{% endblock %}",
    }

    assert compare_sources(sources) == []
