"""Operations for the rows of a model; needs the extra `db`."""

from .crud import ACTIONS, Crud, add_crud
from .errors import ChangedError, ConflictError, CrudError, ForbiddenError

__all__ = [
    "ACTIONS",
    "ChangedError",
    "ConflictError",
    "Crud",
    "CrudError",
    "ForbiddenError",
    "add_crud",
]
