"""CSS is written into attributes, and nothing is loaded for it."""

from carboy.mail.templates import inline_css


def test_rules_become_attributes_and_those_for_dark_screens_stay():
    html = (
        "<style>p { color: red } @media (prefers-color-scheme: dark) { p { color: "
        "blue } }</style><p>x</p>"
    )

    inlined = inline_css(html)

    assert '<p style="color: red' in inlined
    assert "@media" in inlined


def test_html_without_styles_stays_as_it_is():
    assert inline_css("<p>x</p>") == "<p>x</p>"
