"""Typed operations: functions whose annotations say what a request has to hold."""

from .field_errors import DECIMAL_PATTERN, FieldError, invalid
from .idempotency import IDEMPOTENCY_KEY, KEY_PATTERN, note_response
from .operation import AppOptions, Operation
from .operations import Operations
from .other_types import is_pydantic, is_shown_only, schema_of_other
from .pages import KeyPage, KeyQuery, Page, PageQuery, decode_key, encode_key, make_page
from .partial import LONGEST_SELECTION, SELECTION_PATTERN
from .plain_rows import make_row_class
from .problems import (
    InvalidRequestError,
    UnauthorizedError,
    answer_fault,
    answer_problem,
)
from .rate_limits import parse_limit
from .readers import list_fields
from .results import Responder, Result, RowSource
from .security import SecurityScheme, api_key, http_bearer, session_cookie
from .signature import OperationError, Parameter, is_list, strip_optional
from .sources import body, cookie, file, form, header, path, query
from .streams import CSV
from .validation import Converter

__all__ = [
    "CSV",
    "DECIMAL_PATTERN",
    "IDEMPOTENCY_KEY",
    "KEY_PATTERN",
    "LONGEST_SELECTION",
    "SELECTION_PATTERN",
    "AppOptions",
    "Converter",
    "FieldError",
    "InvalidRequestError",
    "KeyPage",
    "KeyQuery",
    "Operation",
    "OperationError",
    "Operations",
    "Page",
    "PageQuery",
    "Parameter",
    "Responder",
    "Result",
    "RowSource",
    "SecurityScheme",
    "UnauthorizedError",
    "answer_fault",
    "answer_problem",
    "api_key",
    "body",
    "cookie",
    "decode_key",
    "encode_key",
    "file",
    "form",
    "header",
    "http_bearer",
    "invalid",
    "is_list",
    "is_pydantic",
    "is_shown_only",
    "list_fields",
    "make_page",
    "make_row_class",
    "note_response",
    "parse_limit",
    "path",
    "query",
    "schema_of_other",
    "session_cookie",
    "strip_optional",
]
