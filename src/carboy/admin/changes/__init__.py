"""Changes of rows: forms, related rows, and what a deletion takes along."""

from .deletion import Deletion, find_deletion_problem, plan_deletion
from .form_fields import list_form_fields
from .row_choices import RowChoices
from .row_field import RowField, RowsField
from .row_form import RowFormFactory, find_choices_state
from .row_state import digest_row

__all__ = [
    "Deletion",
    "RowChoices",
    "RowField",
    "RowFormFactory",
    "RowsField",
    "digest_row",
    "find_choices_state",
    "find_deletion_problem",
    "list_form_fields",
    "plan_deletion",
]
