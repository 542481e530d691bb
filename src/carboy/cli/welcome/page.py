"""The welcome itself: what the app has already, and the next steps."""

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

from flask import Flask, Response, render_template
from jinja2 import FileSystemLoader
from werkzeug.routing import Rule

from carboy.core import Carboy
from carboy.site import Headers
from carboy.translation import gettext
from carboy.ui import UI

STATIC = "/-/static/"
_IMPLICIT = frozenset({"HEAD", "OPTIONS"})
# Pages of batteries, which a reader did not write.
_BUILT_IN = "/-/"
# Languages in which the package has its own texts.
BUILT_IN = ("en", "zh-CN")
_USUAL_FILES = ("views.py", "__init__.py")


@dataclass(frozen=True, slots=True)
class Route:
    """A rule of the app, as the page lists it."""

    rule: str
    methods: str
    endpoint: str
    href: str | None


def make_page(app: Flask) -> Flask:
    """Make the app that has the welcome at `/` and its stylesheet."""
    page = Flask(__name__, static_folder=None)
    page.jinja_loader = FileSystemLoader(Path(__file__).parent / "templates")
    UI().init_app(page)
    Headers().init_app(page)
    _add_languages(page, app)

    @page.get("/")
    def welcome() -> Response:
        routes = list_routes(app)
        own = [route for route in routes if not route.rule.startswith(_BUILT_IN)]
        text = render_template(
            "carboy/welcome.html",
            name=app.name,
            file=find_file(app),
            variable="pages" if app.blueprints else "app",
            routes=own,
            built_in=[route for route in routes if route not in own and route.href],
            is_site=isinstance(app, Carboy) and app.has_settings,
            site_name=app.name,
            link=lambda route: route.href,
        )
        # The status is the app's own: another server would answer 404 too.
        response = Response(text, 404)
        response.headers["Cache-Control"] = "no-store"
        return response

    return page


def _add_languages(page: Flask, app: Flask) -> None:
    """Speak the languages of the app; those of the package if it names none."""
    if find_spec("babel") is None:
        return
    page.config["LANGUAGES"] = app.config.get("LANGUAGES") or BUILT_IN
    resolve_name("carboy.i18n:Babel")().init_app(page)


def list_routes(app: Flask) -> list[Route]:
    """List the rules of the app without the one of static files, sorted by path."""
    rules = [r for r in app.url_map.iter_rules() if not r.endpoint.endswith("static")]
    return [
        Route(
            rule.rule,
            ", ".join(sorted((rule.methods or set()) - _IMPLICIT)) or gettext("any"),
            rule.endpoint,
            rule.rule if _is_link(rule) else None,
        )
        for rule in sorted(rules, key=lambda rule: rule.rule)
    ]


def _is_link(rule: Rule) -> bool:
    is_plain = not rule.arguments and not rule.subdomain and not rule.host
    return is_plain and "GET" in (rule.methods or {"GET"})


def find_file(app: Flask) -> str:
    """Return the file that a view is most likely added to, as its reader calls it."""
    module = sys.modules.get(app.import_name)
    name = getattr(module, "__file__", None)
    if name is None:
        return "app.py"
    file = Path(name)
    if file.name == "__init__.py":
        file = next(
            path
            for path in (file.parent / usual for usual in _USUAL_FILES)
            if path.exists()
        )
    folder = Path.cwd()
    return str(file.relative_to(folder) if file.is_relative_to(folder) else file)
