"""Forms on WTForms, and the protection of a site against forged requests.

How fields look lives in `carboy.ui`; uploaded files live in `carboy.uploads`. WTForms
is imported with the first form class: the protection works without it. Type checkers
read `__init__.pyi`.
"""

from .checks import check_protection
from .csrf import CsrfError, csrf_exempt
from .current_token import csrf_token, rotate_csrf_token

# Flask-WTF's names.
from .extension import DefaultForms, Forms, Forms as CSRFProtect
from .rules import list_exempt_rules, list_unsafe_rules
from .settings import CsrfSettings

__all__ = [
    "CSRFProtect",
    "CsrfError",
    "CsrfSettings",
    "DefaultForms",
    "FlaskForm",
    "Form",
    "FormSteps",
    "Forms",
    "SelectChoice",
    "check_protection",
    "csrf_exempt",
    "csrf_token",
    "list_exempt_rules",
    "list_unsafe_rules",
    "model_form",
    "rotate_csrf_token",
]


def __getattr__(name: str) -> object:
    """Import a form class when it is first used."""
    classes = {"Form": "form", "FlaskForm": "form", "FormSteps": "steps"}
    modules = {
        **classes,
        "SelectChoice": "select_choice",
        "model_form": "model_forms",
    }
    if name not in modules:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    extras = __import__("carboy.extras", fromlist=["*"])
    extras.require_extra("forms")
    if name == "model_form":
        extras.require_extra("db")
    module = __import__(f"{__name__}.{modules[name]}", fromlist=["*"])
    return getattr(module, "Form" if name == "FlaskForm" else name)
