"""The pseudo-language."""

import re

from hypothesis import given, strategies as st

from carboy.i18n.pseudo import PseudoCatalogue, make_pseudo


def test_placeholders_tags_and_entities_stay():
    text = "Hello %(name)s, <b>%d</b> files &amp; {count}"
    pseudo = make_pseudo(text)
    for part in ("%(name)s", "<b>", "</b>", "%d", "&amp;", "{count}"):
        assert part in pseudo
    assert "Hello" not in pseudo


@given(st.text(alphabet=st.characters(categories=["L", "Zs"]), min_size=1))
def test_a_text_gets_brackets_and_is_longer(text):
    pseudo = make_pseudo(text)
    assert pseudo.startswith("[")
    assert pseudo.endswith("]")
    assert len(pseudo) >= len(text) + 2


def test_a_plural_takes_the_english_form():
    catalogue = PseudoCatalogue()
    one = catalogue.find_plural("%(num)s file", "%(num)s files", 1, None)
    many = catalogue.find_plural("%(num)s file", "%(num)s files", 2, None)
    assert one != many
    assert re.search(r"%\(num\)s", one)
    assert catalogue.find("", None) == ""
    assert catalogue.find("a", None) is catalogue.find("a", None)
