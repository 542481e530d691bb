"""Templates of a site have the page shell, the macros and addresses of static files."""

import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask, flash, render_template_string
from flask_sqlalchemy.pagination import Pagination
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, StringField, validators

from carboy import Carboy
from carboy.ui import UI

PAGE = """{% extends "carboy/page.html" %}{% block title %}Books{% endblock %}
{% block main %}{{ body|safe if body is defined else ui.form(form) }}{% endblock %}"""


class BookForm(FlaskForm):
    title = StringField(
        "Title", [validators.InputRequired("Enter a title")], description="As printed."
    )
    secret = PasswordField("Secret")
    binding = RadioField("Binding", choices=["soft", "hard"])
    listed = BooleanField("Show in the catalogue")


@pytest.fixture
def app(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.css").write_text("body { color: teal }")
    app = Flask("shop", root_path=str(tmp_path))
    app.config.update(SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    UI(app)
    return app


def render(app, source, path="/", **context):
    with app.test_request_context(path):
        return render_template_string(source, **context)


def test_a_page_has_language_skip_link_and_a_main_part(app):
    page = render(app, PAGE, body="<p>Hello</p>")

    assert '<html lang="en">' in page
    assert '<a class="ui-skip" href="#main">' in page
    assert '<main class="ui-main " id="main" tabindex="-1">' in page
    assert "<title>Books</title>" in page
    assert "<p>Hello</p>" in page


def test_its_look_and_script_are_addressed_by_content_and_served(app):
    page = render(app, PAGE, body="")

    addresses = re.findall(r'(?:href|src)="(/-/static/[0-9a-f]{12}/ui\.\w+)"', page)
    assert len(addresses) == 2
    for address in addresses:
        with app.test_client().get(address) as response:
            assert response.status_code == 200
            assert response.cache_control.immutable


def test_flashed_messages_are_shown_once_with_their_tone(app):
    @app.get("/")
    def home():
        flash("The book was <saved>.", "success")
        flash("No price.", "error")
        return render_template_string(PAGE, body="")

    page = app.test_client().get("/").text

    assert "The book was &lt;saved&gt;." in page
    assert page.count("ui-note ui-good") == page.count("ui-note ui-bad") == 1
    assert 'role="alert"' in page


def test_a_form_without_errors_has_no_word_of_errors(app):
    with app.test_request_context("/"):
        page = render_template_string(PAGE, form=BookForm())

    assert "ui-summary" not in page
    assert "<title>Books</title>" in page
    assert '<p class="ui-hint" id="title-hint">As printed.</p>' in page
    assert 'aria-describedby="title-hint"' in page
    assert "(optional)" in page


def test_a_form_with_errors_begins_with_them_and_leads_to_each_field(app):
    @app.post("/")
    def save():
        form = BookForm()
        form.validate()
        return render_template_string(PAGE, form=form)

    page = app.test_client().post("/", data={"secret": "hunter2", "binding": "x"}).text

    assert "<title>Error: Books</title>" in page
    assert page.index("There is a problem") < page.index('for="title"')
    assert '<a href="#title">Enter a title</a>' in page
    assert '<a href="#binding-0">' in page
    assert 'aria-describedby="title-hint title-error"' in page
    assert 'aria-invalid="true"' in page
    assert "hunter2" not in page


def test_every_reference_of_a_form_leads_to_an_id_of_it(app):
    @app.post("/")
    def save():
        form = BookForm()
        form.validate()
        return render_template_string(PAGE, form=form)

    page = app.test_client().post("/").text

    ids = set(re.findall(r'\bid="([^"]+)"', page))
    wanted = re.findall(r'(?:for|aria-describedby|aria-labelledby)="([^"]+)"', page)
    wanted += re.findall(r'href="#([^"]+)"', page)
    assert {each for text in wanted for each in text.split()} <= ids
    assert len(ids) == len(re.findall(r'\bid="', page))


class Ten(Pagination):
    def _query_items(self):
        return []

    def _query_count(self):
        return 100


def test_links_to_other_pages_keep_the_other_parameters(app):
    @app.get("/books/<kind>")
    def books(kind):
        pagination = Ten(page=2, per_page=10, error_out=False)
        return render_template_string("{{ ui.pages(p) }}", p=pagination)

    page = app.test_client().get("/books/new?q=a%26b&tag=x&tag=y&page=2").text

    assert 'href="/books/new?q=a%26b&amp;tag=x&amp;tag=y&amp;page=3"' in page
    assert '<span aria-current="page">2</span>' in page


def test_an_address_can_lose_a_parameter_and_needs_no_view(app):
    source = "{{ url_with(page=none, sort='title') }}"

    assert render(app, source, "/nowhere?page=3") == "/nowhere"


def test_the_address_of_a_static_file_follows_its_content(app):
    address = render(app, "{{ static_url('site.css') }}")

    assert re.fullmatch(r"/static/-/[0-9a-f]{12}/site\.css", address)
    with app.test_client().get(address) as response:
        assert response.text == "body { color: teal }"


def test_a_static_file_that_is_not_there_gets_the_plain_address(app):
    assert render(app, "{{ static_url('none.css') }}") == "/static/none.css"


def test_a_site_may_replace_the_macros_by_a_file_of_its_own(app, tmp_path):
    (tmp_path / "templates" / "carboy").mkdir(parents=True)
    own = tmp_path / "templates" / "carboy" / "ui.html"
    own.write_text("{% macro badge(text) %}<b>{{ text }}</b>{% endmacro %}")

    assert render(app, "{{ ui.badge('<new>') }}") == "<b>&lt;new&gt;</b>"


def test_the_style_guide_is_there_in_development_only(app):
    assert app.test_client().get("/-/ui").status_code == 404


def test_a_button_that_posts_carries_what_it_needs(app):
    page = render(app, "{{ ui.post_button('Delete', '/x', fields={'id': 3}) }}")

    assert '<form method="post" action="/x">' in page
    assert '<input type="hidden" name="id" value="3">' in page


def test_a_button_that_asks_first_posts_from_a_dialog_only(app):
    button = "ui.post_button('Delete', '/x', confirm='Delete it?', fields={'id': %d})"

    page = render(app, f"{{{{ {button % 3} }}}}{{{{ {button % 4} }}}}")

    first, second = re.findall(r' popovertarget="([^"]+)">Delete<', page)
    assert first != second
    for dialog in (first, second):
        assert f'id="{dialog}" popover role="dialog"' in page
    before, _, _ = page.partition("popover role")
    assert "<form" not in before
    assert page.count("Delete it?") == 2


def test_a_form_carries_the_token_of_flask_wtf(app):
    app.config["WTF_CSRF_ENABLED"] = True
    CSRFProtect(app)

    page = render(app, "{{ ui.post_button('Delete', '/x') }}")

    assert '<input type="hidden" name="csrf_token" value="' in page


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", {"Home": "page"}),
        ("/books", {"Books": "page"}),
        ("/books/3", {"Books": "true"}),
        ("/other", {}),
    ],
)
def test_the_navigation_marks_where_one_is(app, path, current):
    source = "{{ ui.nav([('Home', '/'), ('Books', '/books')]) }}"

    page = render(app, source, path)

    assert {
        text: value for value, text in re.findall(r'aria-current="(\w+)">(\w+)<', page)
    } == current


def test_installing_it_twice_is_the_same_as_once(app):
    before = len(list(app.url_map.iter_rules()))

    UI(app)

    assert len(list(app.url_map.iter_rules())) == before


def test_the_static_files_of_a_module_are_hashed_and_replaced_by_the_site(
    app, tmp_path
):
    folder = tmp_path / "module"
    folder.mkdir()
    (folder / "shop.css").write_text("a { color: red }")
    (folder / "secret.txt").write_text("beside")
    app.register_blueprint(
        Blueprint("shop", __name__, static_folder=str(folder), url_prefix="/shop")
    )

    address = render(app, "{{ static_url('shop/shop.css') }}")

    assert address.startswith("/static/-/")
    with app.test_client().get(address) as response:
        assert response.text == "a { color: red }"
        assert response.cache_control.immutable
    outside = address.replace("shop.css", "../../shop/none.css")
    assert app.test_client().get(outside).status_code == 404
    own = Path(str(app.static_folder), "shop")
    own.mkdir()
    (own / "shop.css").write_text("a { color: blue }")
    replaced = render(app, "{{ static_url('shop/shop.css') }}")
    assert replaced != address
    with app.test_client().get(replaced) as response:
        assert response.text == "a { color: blue }"


def test_a_site_without_static_files_sends_those_of_its_modules(tmp_path):
    (tmp_path / "shop.css").write_text("a { color: red }")
    app = Carboy("site", static_folder=None)
    UI().init_app(app)
    app.register_blueprint(
        Blueprint("shop", __name__, static_folder=str(tmp_path), url_prefix="/shop")
    )

    address = render(app, "{{ static_url('shop/shop.css') }}")

    with app.test_client().get(address) as response:
        assert response.text == "a { color: red }"


def test_a_percentage_is_never_broken_into_two_lines(app):
    page = render(app, '{% import "carboy/ui.html" as ui %}{{ ui.progress(7) }}')

    assert "<span>7\N{NO-BREAK SPACE}%</span>" in page
