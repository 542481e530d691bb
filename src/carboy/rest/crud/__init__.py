"""Operations for the rows of a model; needs the extra `db`."""

from .crud import ACTIONS, Crud, add_crud
from .errors import (
    ChangedError,
    ConflictError,
    CrudError,
    ForbiddenError,
    MissingRowError,
    TakenError,
)
from .selected_rows import select_page, select_rows

__all__ = [
    "ACTIONS",
    "ChangedError",
    "ConflictError",
    "Crud",
    "CrudError",
    "ForbiddenError",
    "MissingRowError",
    "TakenError",
    "add_crud",
    "select_page",
    "select_rows",
]
