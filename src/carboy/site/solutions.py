"""What to do about the usual mistakes with views, templates and addresses."""

import builtins
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Flask, request
from jinja2 import (
    TemplateAssertionError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from werkzeug.exceptions import BadRequestKeyError, MethodNotAllowed
from werkzeug.routing import BuildError
from werkzeug.security import safe_join

from carboy.core import Action, Mistake, Solution, Solver
from carboy.errors import UnavailableError
from carboy.extras import extra_of_module
from carboy.install_source import make_install_command
from carboy.translation import gettext

from .code_edits import find_near, list_imports, list_names, list_replacements

_UNDEFINED = re.compile(r"^'(\w+)' is undefined$")
_IMPORT = re.compile(r"cannot import name '(\w+)'")
_ASSERTION = re.compile(r"^No (filter|test) named '(\w+)'")
_ARGUMENT = re.compile(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'")
_NO_JSON = re.compile(r"Object of type (\w+) is not JSON serializable")


def solve_template_not_found(app: Flask, mistake: Mistake) -> Solution | None:
    """Name the templates that come near, and create the missing one."""
    if not isinstance(mistake, TemplateNotFound) or not mistake.name:
        return None
    name = str(mistake.name)
    known = [each for each in app.jinja_env.list_templates() if each != name]
    near = find_near(name, [one for one in known if not one.startswith("carboy/")])
    folder = Path(app.root_path, app.template_folder or "templates")
    path = safe_join(str(folder), name)
    actions = list_replacements(mistake, name, near)
    if path is not None and name.endswith((".html", ".txt", ".xml")):
        label = gettext("Create %(name)s", name=name)
        create = Action(label, partial(_create_template, folder, name, known))
        actions = (*actions, create)
    return Solution(
        gettext("There is no template %(name)s", name=name),
        gettext(
            "It was looked for in %(folder)s and in the folders of blueprints.",
            folder=folder,
        )
        + _list_near(near),
        (gettext("Create %(path)s, or correct the name.", path=folder / name),),
        actions,
    )


def _create_template(folder: Path, name: str, known: list[str]) -> str:
    path = folder / name
    if path.exists():
        return gettext("Nothing was done: %(path)s exists already.", path=path)
    title = path.stem.replace("_", " ").replace("-", " ").capitalize()
    layout = next((one for one in ("layout.html", "base.html") if one in known), None)
    text = f"<h1>{title}</h1>\n"
    if layout is not None and path.suffix == ".html":
        block = _find_main_block(folder / layout)
        text = (
            f'{{% extends "{layout}" %}}\n\n'
            f"{{% block {block} %}}\n{text}{{% endblock %}}\n"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return gettext("Created %(path)s.", path=path)


def _find_main_block(layout: Path) -> str:
    text = layout.read_text("utf-8") if layout.is_file() else ""
    blocks = re.findall(r"{%-?\s*block\s+(\w+)", text)
    usual = ("content", "main", "body")
    return next((one for one in usual if one in blocks), usual[0])


def solve_unknown_endpoint(app: Flask, mistake: Mistake) -> Solution | None:
    """Name the endpoints that come near, or the values that the rule needs."""
    if not isinstance(mistake, BuildError):
        return None
    endpoint = str(mistake.endpoint)
    rules = [each for each in app.url_map.iter_rules() if each.endpoint == endpoint]
    if rules:
        needed = min((each.arguments for each in rules), key=len)
        missing = sorted(needed - set(mistake.values or {}))
        values = ", ".join(f"{each}=…" for each in missing)
        call = f"url_for({endpoint!r})"
        needs = ", ".join(missing) or gettext("other values")
        return Solution(
            gettext("%(call)s needs %(values)s", call=call, values=needs),
            gettext("The rule is %(rule)s.", rule=rules[0].rule),
            (f"url_for({endpoint!r}, {values})",) if missing else (),
        )
    names = [each.endpoint for each in app.url_map.iter_rules()]
    tail = endpoint.rpartition(".")[2]
    # Without its blueprint: `home` for `pages.home`.
    near = [each for each in dict.fromkeys(names) if each.rpartition(".")[2] == tail]
    near = near or find_near(endpoint, names)
    return Solution(
        gettext("There is no endpoint %(name)s", name=endpoint),
        gettext(
            "An endpoint is the name of a view, after that of its blueprint and a dot."
        )
        + _list_near(near),
        ("carboy routes",),
        list_replacements(mistake, endpoint, near),
    )


def solve_template_name(app: Flask, mistake: Mistake) -> Solution | None:
    """Name what comes near an unknown variable, filter or test of a template."""
    if isinstance(mistake, UndefinedError):
        text = str(mistake)
        if match := _UNDEFINED.match(text):
            name, known = match[1], [*list_names(mistake), *app.jinja_env.globals]
            near = find_near(name, [one for one in known if not one.startswith("_")])
            return Solution(
                gettext("The template does not know %(name)s", name=name),
                gettext("It knows what the view passed to render_template().")
                + _list_near(near),
                (f"render_template(…, {name}={name})",),
                list_replacements(mistake, name, near),
            )
        return Solution(gettext("The template reads what is not there"), text)
    if isinstance(mistake, TemplateAssertionError):
        match = _ASSERTION.match(str(mistake.message))
        if match is None:
            return None
        kind, name = match.groups()
        table, title = app.jinja_env.tests, gettext("There is no test %(name)s")
        if kind == "filter":
            table, title = app.jinja_env.filters, gettext("There is no filter %(name)s")
        near = find_near(name, table)
        return Solution(
            title % {"name": name},
            gettext(
                "Templates know those of Jinja, and those that the site and its "
                "batteries add."
            )
            + _list_near(near),
            (f"@app.template_{kind}()",),
            list_replacements(mistake, name, near),
        )
    if isinstance(mistake, TemplateSyntaxError):
        title = gettext(
            "%(file)s line %(line)s is not valid Jinja",
            file=mistake.filename or mistake.name or gettext("The template"),
            line=mistake.lineno,
        )
        return Solution(title, str(mistake.message))
    return None


def solve_python_name(_app: Flask, mistake: Mistake) -> Solution | None:
    """Name what comes near an unknown name, attribute or import."""
    if isinstance(mistake, AttributeError) and mistake.name:
        thing, name = mistake.obj, mistake.name
        kind = thing if isinstance(thing, type) else type(thing)
        owner = getattr(thing, "__name__", kind.__name__)
        near = find_near(name, [one for one in dir(thing) if not one.startswith("_")])
        if thing is None:
            owner, near = "None", []
        title = gettext("%(owner)s has no attribute %(name)s", owner=owner, name=name)
    elif isinstance(mistake, NameError) and mistake.name:
        name = mistake.name
        near = find_near(name, [*list_names(mistake), *dir(builtins)])
        title = gettext("The name %(name)s is not defined here", name=name)
        if module := _find_module(name):
            return Solution(
                title,
                gettext(
                    "It is a name of %(module)s, which this file does not import.",
                    module=module,
                ),
                (f"from {module} import {name}",),
                list_imports(mistake, module, name),
            )
    elif isinstance(mistake, ModuleNotFoundError) and mistake.name:
        extra = extra_of_module(mistake.name)
        package = mistake.name.partition(".")[0]
        return Solution(
            gettext("The module %(name)s is not installed", name=mistake.name),
            gettext(
                "Install its package in the environment of the site, or correct the "
                "name."
            ),
            (make_install_command(extra) if extra else f"pip install {package}",),
        )
    elif isinstance(mistake, ImportError) and (match := _IMPORT.search(str(mistake))):
        return _solve_import(mistake, str(mistake.name), match[1])
    else:
        return None
    explanation = _list_near(near).strip() or str(mistake)
    return Solution(title, explanation, (), list_replacements(mistake, name, near))


def _find_module(name: str) -> str | None:
    """Return which module of those that views need has a name, if any."""
    for module in ("flask", "carboy"):
        if name in getattr(sys.modules.get(module), "__dict__", {}):
            return None if name.startswith("_") else module
    return None


def _solve_import(mistake: ImportError, module: str, name: str) -> Solution:
    known = dir(sys.modules[module]) if module in sys.modules else []
    near = find_near(name, known)
    if "partially initialized" in str(mistake):
        return Solution(
            gettext("%(name)s is imported while it is being imported", name=module),
            gettext("Two modules import each other."),
            (gettext("Move what both need to a third module."),),
        )
    return Solution(
        gettext("%(owner)s has no %(name)s", owner=module, name=name),
        _list_near(near).strip() or str(mistake),
        (),
        list_replacements(mistake, name, near),
    )


def solve_view(_app: Flask, mistake: Mistake) -> Solution | None:
    """Explain what views return and take."""
    if not isinstance(mistake, TypeError):
        return None
    text = str(mistake)
    if "did not return a valid response" in text:
        return Solution(
            gettext("The view returned nothing"),
            gettext(
                "Each path through a view has to return a text, a dict, a list, a "
                "response, or a tuple that begins with one of these."
            ),
            ('return render_template("page.html")',),
        )
    if match := _ARGUMENT.search(text):
        return Solution(
            gettext("%(view)s does not take %(name)s", view=match[1], name=match[2]),
            gettext("A view gets each part of its rule as an argument of that name."),
            (f"def {match[1]}({match[2]}): …",),
        )
    if match := _NO_JSON.search(text):
        return Solution(
            gettext(
                "A value of type %(name)s cannot be written as JSON", name=match[1]
            ),
            gettext(
                "JSON has texts, numbers, true, false, null, lists and objects; dates, "
                "UUIDs, decimals and dataclasses are converted."
            ),
            (gettext("Return a dict of what the client needs."),),
        )
    return None


def solve_context(_app: Flask, mistake: Mistake) -> Solution | None:
    """Explain where the app's context and the session can be used."""
    if not isinstance(mistake, RuntimeError):
        return None
    text = str(mistake)
    if "Working outside of" in text:
        return Solution(
            gettext("This needs the context of the app"),
            gettext(
                "Requests and commands have one. Code at the top of a module, and "
                "threads that a view starts, have none."
            ),
            ("with app.app_context(): …",),
        )
    if "no secret key was set" in text:
        return Solution(
            gettext("The session needs a secret key"),
            gettext(
                "It signs the cookie. An app with settings makes one in development, "
                "and reads SECRET_KEY in production."
            ),
            ("app = Carboy(__name__, settings=Settings.load())",),
        )
    return None


def solve_request(_app: Flask, mistake: Mistake) -> Solution | None:
    """Explain what a request lacks, or which methods its address supports."""
    if isinstance(mistake, BadRequestKeyError) and mistake.args:
        name = str(mistake.args[0])
        # None is the name of a part of a form that has none.
        fields = sorted(filter(None, {*request.form, *request.args}))
        sent = gettext("It has no fields.")
        if fields:
            sent = gettext("It has: %(names)s.", names=", ".join(fields))
        near = find_near(name, fields)
        return Solution(
            gettext("The request has no field %(name)s", name=name),
            sent + _list_near(near),
            (f'request.form.get("{name}")',),
        )
    if isinstance(mistake, MethodNotAllowed) and mistake.valid_methods:
        allowed = ", ".join(sorted(set(mistake.valid_methods) - {"OPTIONS"}))
        return Solution(
            gettext("This address does not support %(method)s", method=request.method),
            gettext("It supports %(methods)s.", methods=allowed),
            (f'@app.route("{request.path}", methods=["{request.method}"])',),
        )
    if isinstance(mistake, UnavailableError):
        return Solution(gettext("A service does not answer"), str(mistake))
    return None


def _list_near(names: list[str]) -> str:
    # Translators: names that come near the one that was not found.
    near = gettext("Near: %(names)s.", names=", ".join(names)) if names else ""
    return f" {near}" if near else ""


def list_solvers() -> Iterator[Solver]:
    """Yield the solvers of this module."""
    yield solve_template_not_found
    yield solve_unknown_endpoint
    yield solve_template_name
    yield solve_request
    yield solve_context
    yield solve_view
    yield solve_python_name
