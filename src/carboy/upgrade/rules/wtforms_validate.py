"""Accept the validators that WTForms 3 gives to validate()."""

import ast
from collections.abc import Iterator

from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_NAME = "extra_validators"


def _check(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.ClassDef):
        if not any(_is_form(module, base) for base in node.bases):
            continue
        for method in node.body:
            if not isinstance(method, ast.FunctionDef) or method.name != "validate":
                continue
            arguments = method.args
            names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            if len(names) != 1 or arguments.vararg or arguments.kwarg:
                continue
            end = module.end(names[0])
            edits = (Edit(end, end, f", {_NAME}=None"),)
            message = "validate() of a form is called with extra_validators"
            yield Finding(module.start(method), message, edits)


def _is_form(module: Module, base: ast.expr) -> bool:
    """Return whether a class is a form: of a package, of this module or by its name."""
    path = module.path(base)
    if path.startswith(("wtforms.", "flask_wtf.")):
        return path.rpartition(".")[2] in {"Form", "FlaskForm", "BaseForm"}
    if isinstance(base, ast.Name):
        for binding in module.bindings(base):
            if isinstance(binding.node, ast.ClassDef):
                return any(_is_form(module, inner) for inner in binding.node.bases)
    return path.startswith(".") and path.endswith("Form")


RULE = UpgradeRule(
    id="wtforms-validate",
    title="Accept the validators that WTForms 3 gives to validate()",
    why=(
        "Since WTForms 3.0 and Flask-WTF 1.0 validate_on_submit() calls"
        " validate(extra_validators=…): a method without that argument fails."
    ),
    package="wtforms",
    since="3.0",
    words=("def validate(",),
    check=_check,
    examples=(
        (
            "from flask_wtf import FlaskForm\n"
            "\n"
            "\n"
            "class Login(FlaskForm):\n"
            "    def validate(self):\n"
            "        return super().validate() and self.name.data != 'root'\n",
            "from flask_wtf import FlaskForm\n"
            "\n"
            "\n"
            "class Login(FlaskForm):\n"
            "    def validate(self, extra_validators=None):\n"
            "        return super().validate() and self.name.data != 'root'\n",
        ),
    ),
)
