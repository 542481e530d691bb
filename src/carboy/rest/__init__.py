"""APIs of typed functions, or of resources as Flask-RESTful writes them.

    from carboy.rest import Api, Page, PageQuery, header
    from carboy.rest import Api, Resource, fields, inputs, marshal_with, reqparse

Annotations and fields are compiled once. JSON is read and written by msgspec.
"""

from . import cors, fields, inputs, reqparse
from .api import Api, ApiError
from .errors import abort
from .marshalling import marshal, marshal_with, marshal_with_field
from .namespace import Namespace
from .representations import output_json
from .resource import Resource
from .results import split_result as unpack
from .settings import RestSettings
from .typed import (
    InvalidRequestError,
    KeyPage,
    KeyQuery,
    OperationError,
    Page,
    PageQuery,
    SecurityScheme,
    UnauthorizedError,
    api_key,
    body,
    cookie,
    file,
    form,
    header,
    http_bearer,
    make_page,
    path,
    query,
    session_cookie,
)

__all__ = [
    "Api",
    "ApiError",
    "InvalidRequestError",
    "KeyPage",
    "KeyQuery",
    "Namespace",
    "OperationError",
    "Page",
    "PageQuery",
    "Resource",
    "RestSettings",
    "SecurityScheme",
    "UnauthorizedError",
    "abort",
    "api_key",
    "body",
    "cookie",
    "cors",
    "fields",
    "file",
    "form",
    "header",
    "http_bearer",
    "inputs",
    "make_page",
    "marshal",
    "marshal_with",
    "marshal_with_field",
    "output_json",
    "path",
    "query",
    "reqparse",
    "session_cookie",
    "unpack",
]
