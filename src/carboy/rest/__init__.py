"""APIs as Flask-RESTful writes them: resources, arguments, fields.

    from carboy.rest import Api, Resource, fields, inputs, marshal_with, reqparse

Fields are compiled once for each kind of object. JSON is written by msgspec.
"""

from . import cors, fields, inputs, reqparse
from .api import Api, ApiError
from .errors import abort
from .marshalling import marshal, marshal_with, marshal_with_field
from .representations import output_json
from .resource import Resource
from .results import split_result as unpack

__all__ = [
    "Api",
    "ApiError",
    "Resource",
    "abort",
    "cors",
    "fields",
    "inputs",
    "marshal",
    "marshal_with",
    "marshal_with_field",
    "output_json",
    "reqparse",
    "unpack",
]
