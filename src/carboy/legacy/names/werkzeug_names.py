"""Names that Werkzeug's modules had, and where they are now."""

from typing import Any

from werkzeug.wrappers import Request, Response

from carboy.legacy.rows import Row, rows_of, same_names

_MIDDLEWARE = "werkzeug.middleware"
_HERE = "carboy.legacy.names.werkzeug_names"


class NoMixin:
    """A mixin whose methods are those of the class itself today."""


class BaseRequest(Request):
    """Werkzeug's request; old code made its own from this and mixins."""


class BaseResponse(Response):
    """Werkzeug's response; old code made its own from this and mixins."""


def escape(text: Any, quote: Any = None) -> Any:
    """Escape a text for HTML; None is empty, as Werkzeug had it."""
    del quote
    from markupsafe import escape as escape_markup

    return escape_markup("" if text is None else text)


_TOP = {
    "werkzeug.security": "check_password_hash generate_password_hash gen_salt",
    "werkzeug.utils": "cached_property redirect import_string find_modules"
    " secure_filename append_slash_redirect environ_property header_property",
    "werkzeug.datastructures": "MultiDict CombinedMultiDict Headers EnvironHeaders"
    " ImmutableList ImmutableDict ImmutableMultiDict TypeConversionDict"
    " ImmutableTypeConversionDict Accept MIMEAccept CharsetAccept LanguageAccept"
    " RequestCacheControl ResponseCacheControl ETags HeaderSet WWWAuthenticate"
    " Authorization FileMultiDict CallbackDict FileStorage",
    "werkzeug.wrappers": "Request Response",
    "werkzeug.local": "Local LocalManager LocalProxy LocalStack release_local",
    "werkzeug.routing": "Map Rule",
    "werkzeug.serving": "run_simple",
    "werkzeug.test": "Client EnvironBuilder create_environ run_wsgi_app",
    "werkzeug.exceptions": "abort Aborter",
    "werkzeug.urls": "iri_to_uri uri_to_iri",
    "werkzeug.formparser": "parse_form_data",
    "werkzeug.wsgi": "get_current_url get_host responder wrap_file FileWrapper"
    " LimitedStream ClosingIterator",
    "werkzeug.debug": "DebuggedApplication",
    "werkzeug.http": "parse_date http_date parse_etags quote_etag unquote_etag"
    " generate_etag dump_header parse_list_header parse_dict_header"
    " parse_accept_header parse_options_header dump_options_header dump_cookie"
    " parse_cookie is_resource_modified HTTP_STATUS_CODES",
    "werkzeug.middleware.shared_data": "SharedDataMiddleware",
    "werkzeug.middleware.dispatcher": "DispatcherMiddleware",
}
_REQUEST_MIXINS = (
    "AcceptMixin AuthorizationMixin CommonRequestDescriptorsMixin ETagRequestMixin"
    " UserAgentMixin CORSRequestMixin StreamOnlyMixin"
)
_RESPONSE_MIXINS = (
    "CommonResponseDescriptorsMixin ETagResponseMixin ResponseStreamMixin"
    " WWWAuthenticateMixin CORSResponseMixin"
)
_NO_MIXIN = dict.fromkeys(
    f"{_REQUEST_MIXINS} {_RESPONSE_MIXINS}".split(), f"{_HERE}:NoMixin"
)
_PARTS = {
    "BaseRequest": f"{_HERE}:BaseRequest",
    "BaseResponse": f"{_HERE}:BaseResponse",
}


def _wrapper_rows(module: str, gone: str) -> list[Row]:
    edits = {"BaseRequest": "Request", "BaseResponse": "Response"}
    rows = [
        Row(
            f"{module}.{name}",
            gone,
            here,
            f"from werkzeug.wrappers import {edits[name]}",
            module=module,
        )
        for name, here in _PARTS.items()
    ]
    no_mixin = "remove it: Request and Response have its methods"
    return [*rows, *rows_of(module, gone, _NO_MIXIN, no_mixin)]


ROWS = (
    *(
        row
        for module, names in _TOP.items()
        for row in rows_of("werkzeug", "Werkzeug 1.0", same_names(module, names))
    ),
    *rows_of(
        "werkzeug",
        "Werkzeug 1.0",
        {
            "OrderedMultiDict": "werkzeug.datastructures:MultiDict",
            "ImmutableOrderedMultiDict": "werkzeug.datastructures:ImmutableMultiDict",
        },
    ),
    *_wrapper_rows("werkzeug", "Werkzeug 1.0"),
    *_wrapper_rows("werkzeug.wrappers", "Werkzeug 2.1"),
    *rows_of(
        "werkzeug.utils",
        "Werkzeug 2.1",
        {"escape": f"{_HERE}:escape"},
        "from markupsafe import escape",
    ),
    *rows_of(
        "werkzeug",
        "Werkzeug 1.0",
        {"escape": f"{_HERE}:escape"},
        "from markupsafe import escape",
    ),
    *rows_of(
        "werkzeug.routing",
        "Werkzeug 2.2",
        same_names("werkzeug.exceptions", "HTTPException NotFound MethodNotAllowed")
        | same_names("werkzeug.routing.converters", "NumberConverter"),
    ),
    *rows_of("werkzeug.utils", "Werkzeug 2.1", {"unescape": "html:unescape"}),
    *rows_of(
        "werkzeug.wsgi",
        "Werkzeug 1.0",
        {
            "SharedDataMiddleware": f"{_MIDDLEWARE}.shared_data:SharedDataMiddleware",
            "DispatcherMiddleware": f"{_MIDDLEWARE}.dispatcher:DispatcherMiddleware",
            "ProxyMiddleware": f"{_MIDDLEWARE}.http_proxy:ProxyMiddleware",
        },
    ),
)
