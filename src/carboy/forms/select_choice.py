"""WTForms' `SelectChoice`, which its type stubs do not have yet."""

from importlib import import_module
from typing import Any

# A choice of a select field: `SelectChoice("draft", "Draft")`.
SelectChoice: Any = import_module("wtforms.fields").SelectChoice
