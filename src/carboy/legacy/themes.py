"""Which file knows which old module, and which modules get old names back.

Each file is imported when one of its modules is.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from .patches import Patches
from .rows import Row

Hook = Callable[[Patches], None]

# Old packages and modules → the file that has their names.
OLD_MODULES: Mapping[str, str] = {
    "flask_script": "packages.flask_script",
    "flask_migrate": "packages.flask_migrate",
    "flask_sqlalchemy": "packages.flask_sqlalchemy",
    "flask_session": "packages.flask_session",
    "flask_cache": "packages.flask_cache",
    "flask_caching": "packages.flask_cache",
    "flask_wtf": "packages.flask_wtf",
    "flask_login": "packages.flask_login",
    "flask_mail": "packages.flask_mail",
    "flask_uploads": "packages.flask_uploads",
    "flask_restful": "packages.flask_restful",
    "flask_restplus": "packages.flask_restx",
    "flask_restx": "packages.flask_restx",
    "flask_celery": "packages.flask_celery",
    "flask_celery_helper": "packages.flask_celery",
    "flask_bootstrap": "packages.flask_bootstrap",
    "flask_moment": "packages.flask_moment",
    "flask_blueprint": "packages.flask_blueprint",
    "flask_debugtoolbar": "packages.flask_debugtoolbar",
    "flask.ext": "packages.flask_ext",
    "flaskext": "packages.flask_ext",
    "flask._compat": "names.compat",
    "werkzeug._compat": "names.compat",
    "werkzeug.contrib": "names.werkzeug_contrib",
    "wtforms.ext": "names.wtforms_ext",
    "wtforms.fields.html5": "names.wtforms_names",
    "wtforms.widgets.html5": "names.wtforms_names",
    "wtforms.compat": "names.compat",
    "celery.task": "names.celery_names",
    "celery.decorators": "names.celery_names",
    "cgi": "names.python_modules",
    "imp": "names.python_modules",
    "imghdr": "names.python_modules",
    "distutils": "names.python_modules",
}
# They do not work on the Flask of today, so ours is used even if they are installed.
BROKEN = frozenset({
    "flask_script",
    "flask_cache",
    "flask_restplus",
    "flask_celery",
    "flask_celery_helper",
    "flask_uploads",
    "flask_blueprint",
})
# Modules that are there today → the files that add to them.
LIVING_MODULES: Mapping[str, tuple[str, ...]] = {
    "flask": (
        "names.flask_names",
        "names.flask_app",
        "names.flask_requests",
        "names.user_agent",
    ),
    "flask.signals": ("names.flask_names",),
    "flask.testing": ("names.flask_names",),
    "flask.globals": ("names.flask_names",),
    "flask.helpers": ("names.flask_names",),
    "flask.json": ("names.flask_names",),
    "flask.json.provider": ("names.json_settings",),
    "flask.cli": ("names.flask_names",),
    "flask_migrate": ("packages.flask_migrate",),
    "flask_wtf": ("packages.flask_wtf",),
    "flask_login": ("packages.flask_login",),
    "werkzeug": (
        "names.werkzeug_names",
        "names.werkzeug_urls",
        "names.werkzeug_security",
        "names.werkzeug_wsgi",
    ),
    "werkzeug.urls": ("names.werkzeug_urls",),
    "werkzeug.utils": ("names.werkzeug_names",),
    "werkzeug.security": ("names.werkzeug_security",),
    "werkzeug.wrappers": ("names.werkzeug_names",),
    "werkzeug.wsgi": ("names.werkzeug_names", "names.werkzeug_wsgi"),
    "werkzeug.http": ("names.werkzeug_names",),
    "werkzeug.routing": ("names.werkzeug_names",),
    "werkzeug.exceptions": ("names.werkzeug_names",),
    "werkzeug._reloader": ("names.reloader",),
    "itsdangerous": ("names.itsdangerous_names",),
    "jinja2": ("names.jinja_names",),
    "jinja2.utils": ("names.jinja_names",),
    "jinja2.filters": ("names.jinja_names",),
    "markupsafe": ("names.jinja_names",),
    "jinja2.ext": ("names.jinja_names",),
    "wtforms": ("names.wtforms_names",),
    "wtforms.fields": ("names.wtforms_names",),
    "wtforms.fields.core": ("names.wtforms_names",),
    "wtforms.widgets": ("names.wtforms_names",),
    "wtforms.widgets.core": ("names.wtforms_names",),
    "wtforms.validators": ("names.wtforms_names",),
    "sqlalchemy": ("names.sqlalchemy_engine", "names.sqlalchemy_sql"),
    "sqlalchemy.orm": ("names.sqlalchemy_orm", "names.sqlalchemy_loading"),
    "sqlalchemy.ext.declarative": ("names.sqlalchemy_engine",),
    "celery.app.utils": ("names.celery_names",),
    "cgi": ("names.python_modules",),
    "collections": ("names.python_names",),
    "inspect": ("names.python_names",),
    "asyncio": ("names.python_names",),
    "base64": ("names.python_names",),
    "fractions": ("names.python_names",),
    "time": ("names.python_names",),
    "html.parser": ("names.python_names",),
    "configparser": ("names.python_names",),
    "platform": ("names.python_names",),
}


# Modules with `__all__` → those that get old names into it when they are imported.
STAR_MODULES: Mapping[str, tuple[str, ...]] = {
    "wtforms": ("wtforms", "wtforms.fields", "wtforms.validators"),
    "flask_wtf": ("flask_wtf",),
    "flask_login": ("flask_login",),
}
# Those files of LIVING_MODULES that do more than to add names.
HOOKED = frozenset({
    "names.flask_app",
    "names.flask_requests",
    "names.user_agent",
    "names.json_settings",
    "names.reloader",
    "names.werkzeug_security",
    "names.wtforms_names",
    "names.sqlalchemy_engine",
    "names.sqlalchemy_sql",
    "names.sqlalchemy_orm",
    "names.sqlalchemy_loading",
    "names.celery_names",
    "packages.flask_login",
})


@cache
def load_theme(name: str) -> Any:
    """Import the file of a theme."""
    return import_module(f"carboy.legacy.{name}")


def find_old_theme(module: str) -> str | None:
    """Return the file that has the names of an old module, or None."""
    while module:
        if module in OLD_MODULES:
            return OLD_MODULES[module]
        module = module.rpartition(".")[0]
    return None


@cache
def rows_in(module: str) -> Mapping[str, Row]:
    """Return the old names of a module, under the names that they have there."""
    return {
        row.attribute: row
        for theme in _themes_of(module)
        for row in load_theme(theme).ROWS
        if row.module == module
    }


def hooks_of(module: str) -> Iterator[Hook]:
    """Yield what else has to be done to a module of today."""
    for theme in LIVING_MODULES.get(module, ()):
        if theme in HOOKED:
            hooks: Mapping[str, Hook] = load_theme(theme).HOOKS
            if module in hooks:
                yield hooks[module]


def list_rows() -> list[Row]:
    """List the whole table, theme by theme."""
    themes = dict.fromkeys(OLD_MODULES.values())
    themes |= dict.fromkeys(t for files in LIVING_MODULES.values() for t in files)
    return [row for theme in themes for row in load_theme(theme).ROWS]


def _themes_of(module: str) -> list[str]:
    old = find_old_theme(module)
    return [*dict.fromkeys([*([old] if old else ()), *LIVING_MODULES.get(module, ())])]
