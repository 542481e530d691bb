"""Markdown becomes HTML that can do no harm, whatever is written."""

import re
import sys

import pytest
from hypothesis import given, settings, strategies as st

from carboy.extras import MissingExtraError
from carboy.ui import markdown, render_markdown

ALLOWED = re.compile(
    "p|br|em|strong|s|code|pre|a|ul|ol|li|blockquote|hr|h[3-6]|table|thead|tbody|t[rhd]"
)
PIECES = st.sampled_from([
    "<script>",
    "[a](",
    "javascript:",
    "JaVa\tScript:",
    "data:text/html,",
    ")",
    "![",
    "]",
    "`",
    "```\n",
    "*",
    "# ",
    "> ",
    "<",
    "&#106;",
    "&colon;",
    "https://a.example",
    "|-|\n",
    "|",
    "//b.example",
    "\\",
    "<!--",
    "<a href=",
    "x",
    "[r]: ",
    '"',
    " ",
    "\n",
    " onclick=",
    "'",
])


def test_what_people_write_looks_as_they_mean_it():
    html = render_markdown("# Title\n*a* **b** ~~c~~ `d`\nnext\n\n| x |\n|---|\n| 1 |")

    assert html.startswith("<h3>Title</h3>")
    assert "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code><br />\nnext" in html
    assert "<td>1</td>" in html
    link = '<a href="https://a.example/x?y" rel="nofollow ugc">z</a>'
    assert link in render_markdown("[z](https://a.example/x?y)")


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](JAVASCRIPT&colon;alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](java%0ascript:x)",
        "[a](<java\tscript:x>)",
        "[a](data:text/html,<script>)",
        "[a](vbscript:x)",
        "[a]\n\n[a]: javascript:x",
        "<javascript:x>",
    ],
)
def test_a_link_runs_nothing(text):
    html = render_markdown(text)

    for address in re.findall(r'href="([^"]*)"', html):
        assert not re.match(r"\W*(javascript|data|vbscript):", address, re.I), html


def test_html_and_pictures_stay_text():
    html = render_markdown("<img src=x onerror=a>\n\n![x](https://a.example/spy.png)")

    assert "<img" not in html
    assert "&lt;img" in html


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_text_makes_another_element_or_attribute(text):
    html = render_markdown(text)

    for tag, attributes in re.findall(r"</?([a-z0-9]+)((?:\s[^>]*)?)>", html):
        assert ALLOWED.fullmatch(tag), html
        names = set(
            re.findall(
                r"\s([a-z]+)=",
                re.sub(r'"[^"]*"', '""', " " + attributes).replace('""', ""),
            )
        )
        assert names <= {"href", "rel", "title", "class", "style", "start"}, html
    for address in re.findall(r'href="([^"]*)"', html):
        assert not re.match(r"\s*(javascript|data|vbscript|file)\s*:", address, re.I), (
            html
        )


def test_deep_nesting_ends():
    assert len(render_markdown("> " * 3000 + "[" * 3000)) < 100_000


def test_the_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    markdown._make_parser.cache_clear()

    with pytest.raises(MissingExtraError, match="markdown-it-py"):
        render_markdown("x")
