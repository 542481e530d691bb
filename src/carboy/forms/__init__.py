"""Forms on WTForms, and the protection of a site against forged requests.

How fields look lives in `carboy.ui`; uploaded files live in `carboy.uploads`.
"""

from .csrf import CsrfError, csrf_exempt

# Flask-WTF's names.
from .extension import Forms, Forms as CSRFProtect, csrf_token, list_exempt_rules
from .form import Form, Form as FlaskForm
from .model_form import model_form
from .select_choice import SelectChoice
from .settings import CsrfSettings

__all__ = [
    "CSRFProtect",
    "CsrfError",
    "CsrfSettings",
    "FlaskForm",
    "Form",
    "Forms",
    "SelectChoice",
    "csrf_exempt",
    "csrf_token",
    "list_exempt_rules",
    "model_form",
]
