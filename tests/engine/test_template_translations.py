"""Translated texts in templates are those of Jinja and of Flask-Babel."""

import sys
from pathlib import Path
from typing import Any

import flask_babel
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel, Domain, force_locale, refresh
from jinja2 import Environment, ext, pass_context
from markupsafe import Markup
from twins import Fast

from carboy.engine import template_translations
from carboy.engine.templates import patch_environment

MESSAGES: dict[Any, Any] = {
    "Yes": "Ja <so>",
    "%(n)s items": "%(n)s <Dinge>",
    "%(n)d or %(x)s": "%(n)d oder %(x)s",
    "100%": "100 %",
    "100%%": "hundert %%",
    "%(n)r": "%(n)r",
    ("%(num)d item", "%(num)d items"): ("%(num)d Ding", "%(num)d Dinge"),
}
PAGE = "{{ _('Yes') }}{{ gettext('Yes') }}{{ ngettext('%(num)d item', 's', 2) }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the German texts, and others in a second domain."""
    path = tmp_path_factory.mktemp("texts")
    inside = path / "de" / "LC_MESSAGES"
    inside.mkdir(parents=True)
    for domain, messages in (("messages", MESSAGES), ("shop", {"Yes": "Kaufen"})):
        catalogue = Catalog("de")
        for message, text in messages.items():
            catalogue.add(message, text)
        with (inside / f"{domain}.mo").open("wb") as file:
            write_mo(file, catalogue)
    return path


class Loud(str):
    """A text that is written another way."""

    __slots__ = ()

    def __str__(self) -> str:
        return "<loud>"


class Web:
    def __html__(self) -> str:
        return "<web>"


VALUES: dict[str, Any] = {
    "text": "<t>",
    "mark": Markup("<m>"),
    "number": 7,
    "true": True,
    "none": None,
    "float": 1.5,
    "loud": Loud("x"),
    "web": Web(),
    "list": ["<l>"],
    "bytes": b"<b>",
}


def render_both(source: str, setup: Any = None, **values: Any) -> list[Any]:
    """Return what both environments say, with functions of the application."""
    results: list[Any] = []
    for is_ours in (False, True):
        environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
        if is_ours:
            patch_environment(environment)
        install: Any = environment
        install.install_gettext_callables(
            lambda text: MESSAGES.get(text, text),
            lambda one, many, count: one if count == 1 else many,
            newstyle=True,
        )
        if setup is not None:
            setup(environment)
        try:
            results.append(environment.from_string(source).render(**VALUES, **values))
        except Exception as error:  # noqa: BLE001 - any of them has to be the same
            results.append((type(error), str(error)))
    return results


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "message", ["%(n)s items", "%(n)d or %(x)s", "%(n)r", "100%", "%(m)s", "%(n)5s"]
)
@pytest.mark.parametrize("escapes", ["true", "false", "number"])
def test_variables_are_put_in_as_jinja_does(
    message: str, value: str, escapes: str
) -> None:
    source = (
        f"{{% autoescape {escapes} %}}{{{{ _('{message}', n={value}, x=number) }}}}"
        f"{{{{ ngettext('{message}', '%(num)s {message}', 2, n={value}, x=text) }}}}"
        "{% endautoescape %}"
    )

    stock, ours = render_both(source)

    assert ours == stock


@pytest.mark.parametrize(
    "call",
    [
        "_()", "_('Yes', 'No')", "gettext('Yes', __string=1)", "gettext(number)",
        "ngettext('a', 'b')", "ngettext('a', 'b', 1, num='<x>')", "_(web)", "_(list)",
        "gettext(mark)", "_('100%%')", "_('Yes') ~ '<'", "pgettext('a', 'b')",
    ],
)  # fmt: skip
def test_unusual_calls_are_those_of_jinja(call: str) -> None:
    stock, ours = render_both("{% for x in [1] %}{{ " + call + " }}{% endfor %}")

    assert ours == stock


def test_the_function_of_the_application_may_want_the_context() -> None:
    @pass_context
    def own(context: Any, text: str) -> str:
        return f"{context.get('number')} {text}"

    def setup(environment: Any) -> None:
        environment.install_gettext_callables(own, own, newstyle=True)

    stock, ours = render_both("{{ _('Yes') }}{% trans %}No{% endtrans %}", setup)

    assert ours == stock == "7 Yes7 No"


def test_a_name_of_the_template_wins() -> None:
    source = "{% set gettext = f %}{{ _('Yes') }}{{ gettext('Yes') }}"

    stock, ours = render_both(source, f=lambda text: f"<{text}>")

    assert ours == stock


def make_app(folder: Path, base: type[Flask], **options: Any) -> Flask:
    app = base("texts")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    Babel(app, **options)
    return app


def list_texts(folder: Path, base: type[Flask]) -> list[str]:
    """Render while the language and the domain change."""
    language = "de"
    app = make_app(folder, base, locale_selector=lambda: language)
    texts = []
    with app.app_context():
        template = app.jinja_env.from_string(PAGE)
        texts += [template.render(), template.render()]
        with force_locale("en"):
            texts += [template.render(), template.render()]
        texts.append(template.render())
        language = "en"
        texts.append(template.render())
        refresh()
        texts.append(template.render())
        language = "de"
        refresh()
        texts += [template.render(), template.render()]
        Domain(domain="shop", translation_directories=[str(folder)]).as_default()
        texts += [template.render(), template.render()]
    with app.app_context():
        texts.append(template.render())
    return [*texts, template.render()]


def test_flask_babel_changes_the_language_and_the_domain(folder: Path) -> None:
    texts = list_texts(folder, Fast)

    assert texts == list_texts(folder, Flask)
    assert len(set(texts)) == 3


def test_a_replaced_part_of_flask_babel_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Own:
        ugettext = staticmethod(lambda text: f"own {text}")

    app = make_app(folder, Fast, default_locale="de")
    with app.app_context():
        template = app.jinja_env.from_string("{{ _('Yes') }}")
        assert [template.render(), template.render()] == ["Ja <so>"] * 2

        monkeypatch.setattr(flask_babel, "get_translations", Own)

        assert template.render() == "own Yes"


def test_a_translated_text_makes_few_calls(folder: Path) -> None:
    app = make_app(folder, Fast, default_locale="de")
    calls = 0

    def profile(frame: Any, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    def count(number: int) -> int:
        nonlocal calls
        template.render(r=range(number))
        calls = 0
        sys.setprofile(profile)
        try:
            template.render(r=range(number))
        finally:
            sys.setprofile(None)
        return calls

    with app.app_context():
        template = app.jinja_env.from_string(
            "{% for x in r %}{{ gettext('Yes') }}{% endfor %}"
        )

        assert (count(110) - count(10)) / 100 <= 10


@pytest.mark.parametrize("name", ["_make_new_gettext", "_gettext_alias"])
def test_a_jinja_without_these_names_translates_by_itself(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delattr(ext, name)

    assert template_translations._list_translators() == {}
