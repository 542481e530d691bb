"""A fragment is rendered once, and is separate from every other fragment."""

import datetime

import jinja2
import pytest
from flask import render_template_string

from carboy.cache import make_template_fragment_key


@pytest.fixture
def render(site, count):
    app, _ = site

    def render(text, **names):
        with app.test_request_context("/"):
            return render_template_string(text, count=count, **names)

    return render


def test_a_fragment_is_rendered_once(render):
    text = "{% cache 50, 'top' %}<b>{{ count() }}</b>{% endcache %} {{ count() }}"

    assert render(text) == "<b>1</b> 2"
    assert render(text) == "<b>1</b> 3"


def test_fragments_are_separate_for_what_they_depend_on(render):
    text = "{% cache 50, 'user', a, b %}{{ a }}{{ b }} {{ count() }}{% endcache %}"

    texts = {
        render(text, a=a, b=b)
        for a, b in (("1", "2"), ("12", ""), ("", "12"), (1, 2), ("1_2", ""))
    }

    assert len(texts) == 5
    assert render(text, a="1", b="2") in texts


def test_without_a_name_the_template_and_line_are_the_name(render):
    one = "{% cache 50 %}{{ count() }}{% endcache %}"
    text = f"{one}\n{one}"

    assert render(text) == render(text) == "1\n2"


def test_the_comma_before_the_name_is_optional(render):
    text = "{% cache 60*5 'form' %}{{ count() }}{% endcache %}"

    assert render(text) == render(text) == "1"


def test_no_timeout_is_the_default_timeout(render):
    text = "{% cache None, 'top' %}{{ count() }}{% endcache %}"

    assert render(text) == render(text) == "1"


def test_del_deletes_a_fragment(render):
    text = "{% cache time, 'top' %}{{ count() }}{% endcache %}"

    assert [render(text, time=time) for time in (50, 50, "del", 50)] == list("1123")


def test_a_fragment_is_deleted_by_its_key(render, site):
    app, cache = site
    text = "{% cache 50, 'user', 7 %}{{ count() }}{% endcache %}"
    render(text)
    with app.app_context():
        assert cache.delete(make_template_fragment_key("user", vary_on=[7]))

    assert render(text) == "2"


def test_a_cached_fragment_is_not_escaped_again(render):
    text = "{% cache 50, 'top' %}{{ '<' }}<b>{% endcache %}"

    assert render(text) == render(text) == "&lt;<b>"


def test_a_fragment_with_a_nonce_is_not_cached(render):
    from carboy.site import csp_nonce  # noqa: PLC0415 - only here

    text = "{% cache 50, 'top' %}{{ nonce() and '' }}{{ count() }}{% endcache %}"

    assert [render(text, nonce=csp_nonce) for _ in range(2)] == ["1", "2"]


def test_a_tag_that_is_not_closed_is_a_syntax_error(render):
    with pytest.raises(jinja2.TemplateSyntaxError):
        render("{% cache 50, 'top' %}x")


def test_a_damaged_fragment_is_rendered_again(render, site):
    app, cache = site
    text = "{% cache 50, 'top' %}{{ count() }}{% endcache %}"
    render(text)
    with app.app_context():
        cache.cache.store.set("cache:fragment/top", b"\x01" + bytes(12) + b"\xc1")

    assert render(text) == "2"


def test_a_timeout_may_be_a_timedelta(render):
    text = "{% cache timeout, 'top' %}{{ count() }}{% endcache %}"
    hour = datetime.timedelta(hours=1)

    assert [render(text, timeout=hour) for _ in range(2)] == ["1", "1"]
