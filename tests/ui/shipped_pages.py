"""Every page that Carboy ships, served with something on it to see."""

import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any
from wsgiref.types import WSGIApplication

from flask import Flask, abort, flash, render_template_string
from msgspec import Meta, Struct
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice

from carboy import Carboy, Settings
from carboy.cli.new import ProjectOptions, create_project
from carboy.db import SQLAlchemy
from carboy.forms import Form, Forms
from carboy.i18n.pseudo import make_pseudo
from carboy.rest import Api, Page, PageQuery, http_bearer, session_cookie
from carboy.site import make_debugger
from carboy.tasks import Tasks, progress
from carboy.translation import gettext, lazy_gettext
from tests.ui.account_pages import make_accounts
from tests.ui.developer_pages import (
    make_developer_site,
    make_mails,
    make_welcome,
    serve_failure,
)
from tests.ui.serving import serve

BBS = Path(__file__).parents[2] / "examples" / "bbs"
CODES = (400, 401, 403, 404, 405, 413, 422, 429, 500, 503)
ENVIRON = {
    "CARBOY_PROFILE": "development",
    "LOG_LEVEL": "CRITICAL",
    "LANGUAGES": "en,zh-CN,en-XA",
}
_numbers = itertools.count()
# WTForms says that labels are strings, and takes whatever turns into one.
_l: Callable[..., Any] = lazy_gettext

FORM = """{% extends "carboy/page.html" %}
{% block title %}{{ _("Add a book") }}{% endblock %}
{% block main_class %}ui-narrow{% endblock %}
{% block main %}
{{ ui.crumbs([(_("Books"), "/"), (_("Add a book"), none)]) }}
<h1>{{ _("Add a book") }}</h1>
{{ ui.form(form, submit=_("Save book"), cancel="/") }}
{% endblock %}"""


class BookForm(Form):
    """A form with a field of most kinds."""

    title = StringField(
        _l("Title"),
        [validators.InputRequired(_l("Enter the title of the book"))],
        description=_l("As it is printed on the cover."),
    )
    published = DateField(_l("Published"), [validators.Optional()])
    language = SelectField(_l("Language"), choices=["中文", "English"])
    binding = RadioField(
        _l("Binding"),
        [validators.InputRequired(_l("Choose a binding"))],
        choices=[
            SelectChoice("soft", _l("Paperback")),
            SelectChoice("hard", _l("Hardcover")),
        ],
    )
    text = TextAreaField(_l("Description"))
    cover = FileField(_l("Cover"))
    listed = BooleanField(_l("Show in the catalogue"))


class BookIn(Struct):
    """A book, as clients of the API send it."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    pages: Annotated[int, Meta(ge=1)] | None = None
    tags: Annotated[list[str], Meta(max_length=9)] = []


def _add_api(app: Flask) -> None:
    """Add an API, whose documentation is a page as well."""
    token = http_bearer(lambda _scopes: True)
    api = Api(app, prefix="/api", title="Bookshop")

    @api.get("/books")
    def list_books(page: PageQuery, search: str = "") -> Page[BookIn]:
        """List books."""
        return Page([], page.page, page.per_page)

    @api.post("/books", status=201, security=[token, session_cookie(bool)])
    def add_book(book: BookIn) -> BookIn:
        return book


@contextmanager
def serve_pages(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the address of each page by its name."""
    with ExitStack() as stack:
        pages: dict[str, str] = {}
        for app, paths in (
            make_site(folder / "site"),
            make_accounts(folder / "accounts", ENVIRON),
            make_developer_site(folder / "developer", ENVIRON),
            make_mails(folder / "mails", ENVIRON),
            make_welcome(folder / "welcome", ENVIRON),
            make_welcome(folder / "empty", ENVIRON, is_empty=True),
            make_example(folder / "bbs"),
            make_waiting_example(folder / "waiting"),
            *(make_scaffold(folder, kind) for kind in ("minimal", "site", "full")),
        ):
            address = stack.enter_context(serve(app))
            pages |= {name: address + path for name, path in paths.items()}
        yield pages | stack.enter_context(serve_failure())


def make_site(folder: Path) -> tuple[Flask, dict[str, str]]:
    """Return a site with error pages, forms, the console and the style guide."""
    folder.mkdir(parents=True)
    environ = ENVIRON | {"DATABASE_URL": f"sqlite:///{folder / 'site.db'}"}
    settings = Settings.load({}, root=folder, environ=environ)
    app = Carboy("shop", settings=settings, instance_path=str(folder))
    db, tasks = SQLAlchemy(), Tasks()
    app.use(db, Forms(), tasks)
    tasks.guard(lambda: True)
    app.add_url_rule("/abort/<int:code>", "abort", abort)

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        book = BookForm()
        book.validate()
        flash(gettext("The last book was saved."), "success")
        return render_template_string(FORM, form=book)

    _add_api(app)
    paths = {f"error {code}": f"/abort/{code}" for code in CODES}
    paths |= {"api": "/-/docs", "api search": "/-/docs?q=nothing"}
    for name in ("list_books", "add_book"):
        paths[f"api {name}"] = f"/-/docs/operations/{name}"
    paths |= {"form with errors": "/form", "style guide": "/-/ui"}
    with app.app_context():
        db.create_all()
        runs = _fill(tasks)
    for name in ("runs", "queues", "workers", "schedules", "dead"):
        paths[f"console {name}"] = "/-/tasks/" + ("" if name == "runs" else name)
    paths |= {f"console run {n}": f"/-/tasks/runs/{run}" for n, run in runs.items()}
    paths |= {f"progress {n}": f"/-/progress/{run}" for n, run in runs.items()}
    return app, paths


def make_example(folder: Path) -> tuple[Flask, dict[str, str]]:
    """Return the example board with its sample data, as visitors see it."""
    folder.mkdir(parents=True)
    app = _import_app(BBS, "bbs", folder)
    ext, demo = map(importlib.import_module, ("bbs.ext", "bbs.demo"))
    with app.app_context():
        ext.db.create_all()
        demo.add_samples(_accent(json.loads(demo.DATA.read_text("utf-8"))))
    names = {"home": "", "board": "b/cider", "thread": "t/4", "profile": "u/1"}
    names |= {"tag": "tags/yeast", "search": f"search?q={_accent('pectin')}"}
    return app, {f"example {name}": f"/{path}" for name, path in names.items()}


def _accent(value: Any, name: str = "title") -> Any:
    """Return data whose texts have accents: in the pseudo-language, others are words.

    Names of people in addresses, of boards and of tags stay as they are.
    """
    if isinstance(value, dict):
        return {key: _accent(each, key) for key, each in value.items()}
    if name == "posts":
        return [[person, _accent(text)] for person, text in value]
    if isinstance(value, list):
        return [_accent(each, name) for each in value]
    is_text = isinstance(value, str) and name in {"name", "about", "title"}
    return make_pseudo(value)[1 : len(value) + 1] if is_text else value


def make_waiting_example(folder: Path) -> tuple[WSGIApplication, dict[str, str]]:
    """Return the example board as a developer sees it before its migrations."""
    app = _import_app(BBS, "bbs", folder)
    return make_debugger(app, "127.0.0.1"), {"waiting migrations": "/"}


def make_scaffold(
    folder: Path, kind: str, *, theme: str = ""
) -> tuple[Flask, dict[str, str]]:
    """Return the site that `carboy new` creates, with another theme if one is given."""
    name = f"demijohn{next(_numbers)}"
    project = folder / name
    project.mkdir(parents=True)
    create_project(ProjectOptions(name, kind, "sqlite"), project)
    if theme:
        (project / name / "static" / "theme.css").write_text(theme)
    app = _import_app(project, name, project / "instance")
    paths = {f"new {kind}": "/"}
    if kind == "full":
        ext = importlib.import_module(f"{name}.ext")
        jobs = importlib.import_module(f"{name}.jobs")
        with app.app_context():
            ext.db.create_all()
            run = jobs.fill_bottles.delay(number=3, seconds=0)
        paths |= {"new jobs": "/jobs/", "new jobs run": f"/jobs/{run.id}"}
    return app, paths


def _import_app(folder: Path, package: str, data: Path) -> Flask:
    data.mkdir(parents=True, exist_ok=True)
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(package)
        kind = importlib.import_module(f"{package}.settings").Settings
        environ = ENVIRON | {"DATABASE_URL": f"sqlite:///{data / 'site.db'}"}
        settings = kind.load({}, root=data, environ=environ)
        app: Flask = module.create_app(settings)
    finally:
        sys.path.remove(str(folder))
    return app


def _fill(tasks: Tasks) -> dict[str, str]:
    @tasks.every("1h")
    @tasks.task(name="shop.import_books")
    def import_books(path: str = "books.csv") -> int:
        progress(31, 50, f"Row 31 of {path}")
        return 50

    @tasks.cron("0 3 * * *")
    @tasks.task(name="shop.send_invoices")
    def send_invoices(month: int = 11) -> None:
        raise ValueError("The mail server refused invoice 4711.")

    done = import_books.delay("books.csv")
    failed = send_invoices.delay(month=11)
    tasks.drain()
    waiting = import_books.delay("more-books.csv")
    return {"done": done.id, "failed": failed.id, "waiting": waiting.id}
