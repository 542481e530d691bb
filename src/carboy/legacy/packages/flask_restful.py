"""Flask-RESTful: resources, arguments and fields."""

from carboy.legacy.rows import rows_of, same_names

_NAMES = (
    "Api Resource abort fields inputs marshal marshal_with marshal_with_field reqparse"
    " unpack output_json"
)
FIELDS = (
    "Raw Nested List String Integer Boolean Float Arbitrary Fixed FormattedString Url"
    " DateTime MarshallingException"
)
INPUTS = (
    "boolean date datetime_from_iso8601 datetime_from_rfc822 int_range"
    " iso8601interval natural positive regex url"
)

MODULES = (
    "flask_restful",
    "flask_restful.fields",
    "flask_restful.inputs",
    "flask_restful.reqparse",
    "flask_restful.utils",
    "flask_restful.utils.cors",
)
ROWS = (
    *rows_of("flask_restful", "", same_names("carboy.rest", _NAMES)),
    *rows_of("flask_restful.fields", "", same_names("carboy.rest.fields", FIELDS)),
    *rows_of("flask_restful.inputs", "", same_names("carboy.rest.inputs", INPUTS)),
    *rows_of(
        "flask_restful.reqparse",
        "",
        same_names("carboy.rest.reqparse", "Namespace RequestParser")
        | same_names("carboy.rest.arguments", "Argument"),
    ),
    *rows_of("flask_restful.utils", "", same_names("carboy.rest", "cors unpack")),
    *rows_of(
        "flask_restful.utils.cors", "", same_names("carboy.rest.cors", "crossdomain")
    ),
)
