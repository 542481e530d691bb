"""Choices of select fields, which the type stubs of WTForms do not have yet."""

from importlib import import_module
from typing import Any

# A choice of a select field: `SelectChoice("draft", "Draft")`.
SelectChoice: Any = import_module("wtforms.fields").SelectChoice
# An option as a select field yields it.
Choice: Any = import_module("wtforms.fields.choices").Choice
