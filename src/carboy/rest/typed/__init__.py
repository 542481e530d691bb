"""Typed operations: functions whose annotations say what a request has to hold."""

from .operation import Operation
from .operations import Operations
from .pages import KeyPage, KeyQuery, Page, PageQuery, decode_key, encode_key, make_page
from .problems import (
    InvalidRequestError,
    UnauthorizedError,
    answer_fault,
    answer_problem,
)
from .security import SecurityScheme, api_key, http_bearer, session_cookie
from .signature import OperationError
from .sources import body, cookie, file, form, header, path, query

__all__ = [
    "InvalidRequestError",
    "KeyPage",
    "KeyQuery",
    "Operation",
    "OperationError",
    "Operations",
    "Page",
    "PageQuery",
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
    "make_page",
    "path",
    "query",
    "session_cookie",
]
