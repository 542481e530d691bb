"""The description of APIs in OpenAPI 3.1, and the pages that show it."""

from .document import Described, make_document
from .schemas import Schemas
from .views import is_open_to, make_blueprint

__all__ = ["Described", "Schemas", "is_open_to", "make_blueprint", "make_document"]
