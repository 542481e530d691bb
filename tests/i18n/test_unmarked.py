"""Texts of templates that nobody marked."""

import pytest
from jinja2 import Environment

from carboy.i18n import unmarked
from carboy.i18n.unmarked import list_unmarked

environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])


def find(tmp_path, source):
    file = tmp_path / "page.html"
    file.write_text(source)
    return list(list_unmarked(file, environment))


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ _('Marked') }}</p>",
        "{% trans %}Marked {{ name }}{% endtrans %}",
        "<script>var text = 'code'</script><style>p { color: red }</style>",
        "<p>{{ name }} - 3</p>",
        "<!-- a comment -->{# another #}",
        '<p class="large">{{ x }}</p>',
    ],
)
def test_what_is_marked_or_is_no_text_is_not_listed(tmp_path, source):
    assert find(tmp_path, source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", [(1, "Hello there")]),
        ("\n\n<p>{{ n }} files</p>", [(3, "files")]),
        ('<img alt="A cat">', [(1, "A cat")]),
        ("{{ ui.button('Save') }}", [(1, "Save")]),
    ],
)
def test_other_texts_are_listed_with_their_line(tmp_path, source, found):
    assert find(tmp_path, source) == found


def test_a_template_that_cannot_be_read_is_named(tmp_path):
    ((line, text),) = find(tmp_path, "<p>\n{% if %}")
    assert line == 2
    assert "cannot be read" in text


def test_a_template_is_read_once_for_many_apps_and_again_when_it_changes(
    tmp_path, monkeypatch
):
    assert find(tmp_path, "<p>One text</p>") == [(1, "One text")]
    with monkeypatch.context() as patch:
        patch.setattr(unmarked, "_list_texts", None)
        assert find(tmp_path, "<p>One text</p>") == [(1, "One text")]

    assert find(tmp_path, "<p>Two texts</p>") == [(1, "Two texts")]


def test_a_template_is_read_again_for_another_syntax(tmp_path):
    source = "<p>[[ name ]]</p>"
    file = tmp_path / "page.html"

    assert find(tmp_path, source) == [(1, "[[ name ]]")]

    other = Environment(variable_start_string="[[", variable_end_string="]]")  # noqa: S701 - nothing is rendered
    assert list(list_unmarked(file, other)) == []
