"""A part of a page is made once, and is told apart from every other part."""

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


def test_a_fragment_is_made_once(render):
    text = "{% cache 50, 'top' %}<b>{{ count() }}</b>{% endcache %} {{ count() }}"

    assert render(text) == "<b>1</b> 2"
    assert render(text) == "<b>1</b> 3"


def test_what_it_depends_on_tells_fragments_apart(render):
    text = "{% cache 50, 'user', a, b %}{{ a }}{{ b }} {{ count() }}{% endcache %}"

    seen = {
        render(text, a=a, b=b)
        for a, b in (("1", "2"), ("12", ""), ("", "12"), (1, 2), ("1_2", ""))
    }

    assert len(seen) == 5
    assert render(text, a="1", b="2") in seen


def test_without_a_name_the_place_is_the_name(render):
    one = "{% cache 50 %}{{ count() }}{% endcache %}"
    text = f"{one}\n{one}"

    assert render(text) == render(text) == "1\n2"


def test_the_comma_before_the_name_may_be_left_out(render):
    text = "{% cache 60*5 'form' %}{{ count() }}{% endcache %}"

    assert render(text) == render(text) == "1"


def test_no_time_is_the_default_time(render):
    text = "{% cache None, 'top' %}{{ count() }}{% endcache %}"

    assert render(text) == render(text) == "1"


def test_del_takes_a_fragment_away(render):
    text = "{% cache time, 'top' %}{{ count() }}{% endcache %}"

    assert [render(text, time=time) for time in (50, 50, "del", 50)] == list("1123")


def test_a_fragment_is_deleted_by_its_key(render, site):
    app, cache = site
    text = "{% cache 50, 'user', 7 %}{{ count() }}{% endcache %}"
    render(text)
    with app.app_context():
        assert cache.delete(make_template_fragment_key("user", vary_on=[7]))

    assert render(text) == "2"


def test_what_is_kept_is_not_escaped_again(render):
    text = "{% cache 50, 'top' %}{{ '<' }}<b>{% endcache %}"

    assert render(text) == render(text) == "&lt;<b>"


def test_a_fragment_with_a_nonce_is_not_kept(render):
    from carboy.site import csp_nonce  # noqa: PLC0415 - only here

    text = "{% cache 50, 'top' %}{{ nonce() and '' }}{{ count() }}{% endcache %}"

    assert [render(text, nonce=csp_nonce) for _ in range(2)] == ["1", "2"]


def test_a_tag_that_is_not_closed_is_a_mistake(render):
    with pytest.raises(jinja2.TemplateSyntaxError):
        render("{% cache 50, 'top' %}x")


def test_what_is_damaged_is_made_anew(render, site):
    app, cache = site
    text = "{% cache 50, 'top' %}{{ count() }}{% endcache %}"
    render(text)
    with app.app_context():
        cache.cache.store.set("cache:fragment/top", b"\x01" + bytes(12) + b"\xc1")

    assert render(text) == "2"
