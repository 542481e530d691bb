"""Switch CSRF off with the meta of a form."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import find_keyword
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule

_FORMS = {"flask_wtf.Form", "flask_wtf.FlaskForm", "flask_wtf.form.FlaskForm"}


def _check(module: Module) -> Iterator[Finding]:
    for call in module.nodes(ast.Call):
        keyword = find_keyword(call, "csrf_enabled")
        if keyword is None or not _is_form(module, call.func):
            continue
        start = module.start(keyword)
        code = f'meta={{"csrf": {module.text(keyword.value)}}}'
        if find_keyword(call, "meta"):
            yield Finding(start, f"csrf_enabled is ignored. Write {code}")
        else:
            edits = (module.replace(keyword, code),)
            yield Finding(start, "csrf_enabled is ignored", edits)


def _is_form(module: Module, function: ast.expr) -> bool:
    """Return whether a class is a form: of this module, or of one of the project."""
    if module.class_path(function) in _FORMS:
        return True
    name = getattr(function, "id", getattr(function, "attr", ""))
    return "flask_wtf" in module.project.packages and name.endswith("Form")


RULE = UpgradeRule(
    id="flask-wtf-csrf",
    title="Switch CSRF off with the meta of a form",
    why="Flask-WTF 1.0 ignores csrf_enabled=…: such forms refused every request.",
    package="flask-wtf",
    since="0.14",
    words=("csrf_enabled",),
    check=_check,
    examples=(
        (
            "from flask_wtf import FlaskForm\n"
            "\n"
            "\n"
            "class Search(FlaskForm): ...\n"
            "\n"
            "\n"
            "form = Search(csrf_enabled=False)\n",
            "from flask_wtf import FlaskForm\n"
            "\n"
            "\n"
            "class Search(FlaskForm): ...\n"
            "\n"
            "\n"
            'form = Search(meta={"csrf": False})\n',
        ),
    ),
)
