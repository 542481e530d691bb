# The names of __init__.py for type checkers: there, form classes are imported lazily.
from .checks import check_protection as check_protection
from .csrf import CsrfError as CsrfError, csrf_exempt as csrf_exempt
from .current_token import (
    csrf_token as csrf_token,
    rotate_csrf_token as rotate_csrf_token,
)
from .extension import (
    DefaultForms as DefaultForms,
    Forms as Forms,
)
from .form import Form as Form
from .model_forms import model_form as model_form
from .rules import (
    list_exempt_rules as list_exempt_rules,
    list_unsafe_rules as list_unsafe_rules,
)
from .select_choice import SelectChoice as SelectChoice
from .settings import CsrfSettings as CsrfSettings
from .steps import FormSteps as FormSteps

# Flask-WTF's names.
CSRFProtect = Forms
FlaskForm = Form
