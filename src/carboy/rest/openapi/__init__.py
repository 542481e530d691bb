"""The description of APIs in OpenAPI 3.1, and the pages that show it."""

from .change_rules import DocumentChange, Severity
from .changes import compare_documents
from .document import Described, make_document
from .schemas import Schemas
from .typescript_client import write_client
from .views import is_open_to, make_blueprint

__all__ = [
    "Described",
    "DocumentChange",
    "Schemas",
    "Severity",
    "compare_documents",
    "is_open_to",
    "make_blueprint",
    "make_document",
    "write_client",
]
