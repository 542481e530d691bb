"""An API: resources under addresses, and their answers in the format asked for."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import flask
from flask import Blueprint, Flask, current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import InternalServerError, NotAcceptable
from werkzeug.wrappers import Response

from carboy.errors import CarboyError

from .handle_errors import add_router, answer_error
from .representations import output_json
from .resource import Resource, represent
from .results import split_result

Representation = Callable[..., Any]
_JSON = "application/json"
_Waiting = tuple[type[Resource], tuple[str, ...], dict[str, Any]]


class ApiError(CarboyError, ValueError):
    """An API or a resource is set up in a way that cannot work."""


class Api:
    """Resources under addresses: `api = Api(app)` or `Api(blueprint)`.

        api.add_resource(Users, "/users", "/people", endpoint="users")

    The arguments are those of Flask-RESTful. `errors` maps names of exceptions to
    answers: `{"NoSuchUser": {"message": "…", "status": 404}}`.
    """

    def __init__(
        self,
        app: Flask | Blueprint | None = None,
        prefix: str = "",
        default_mediatype: str | None = _JSON,
        decorators: Sequence[Callable[..., Any]] | None = None,
        *,
        catch_all_404s: bool = False,
        serve_challenge_on_401: bool = False,
        url_part_order: str = "bae",
        errors: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.representations: dict[str, Representation] = {_JSON: output_json}
        self.prefix = prefix
        self.default_mediatype = default_mediatype
        self.decorators = list(decorators or ())
        self.catch_all_404s = catch_all_404s
        self.serve_challenge_on_401 = serve_challenge_on_401
        self.url_part_order = url_part_order
        self.errors = dict(errors or {})
        self.endpoints: set[str] = set()
        self.resources: list[_Waiting] = []
        self.app: Flask | None = None
        self.blueprint: Blueprint | None = None
        self._setup: BlueprintSetupState | None = None
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask | Blueprint) -> None:
        """Add the API to an app, or to a blueprint that is registered later."""
        if isinstance(app, Blueprint):
            self.blueprint = app
            app.record(self._register_blueprint)
        else:
            self.app = app
            self._install(app)

    def _register_blueprint(self, setup: BlueprintSetupState) -> None:
        if not setup.first_registration:
            msg = (
                f"The blueprint {setup.blueprint.name!r} with an API is registered for "
                "the second time. Make one Api for each registration."
            )
            raise ApiError(msg)
        self._setup = setup
        if isinstance(setup.app, Flask):
            self.app = setup.app
            self._install(setup.app)

    def _install(self, app: Flask) -> None:
        add_router(app, self)
        for resource, urls, options in self.resources:
            self._add(app, resource, urls, options)

    # Resources

    def add_resource(
        self, resource: type[Resource], *urls: str, **options: Any
    ) -> None:
        """Answer requests for these addresses with a resource.

        `endpoint` is its name for `url_for`, the lower-case name of the class unless
        given. `resource_class_args` and `resource_class_kwargs` go to its constructor,
        all other options to `add_url_rule`.
        """
        app = self.app
        if app is None:
            self.resources.append((resource, urls, options))
        else:
            self._add(app, resource, urls, options)

    def resource(self, *urls: str, **options: Any) -> Callable[..., Any]:
        """Add the class below to the API: `@api.resource("/users")`."""

        def add(resource: type[Resource]) -> type[Resource]:
            self.add_resource(resource, *urls, **options)
            return resource

        return add

    def _add(
        self,
        app: Flask,
        resource: type[Resource],
        urls: tuple[str, ...],
        options: dict[str, Any],
    ) -> None:
        options = dict(options)
        endpoint = options.pop("endpoint", None) or resource.__name__.lower()
        arguments = options.pop("resource_class_args", ())
        keywords = options.pop("resource_class_kwargs", {})
        full_name = self._full_endpoint(endpoint)
        before = app.view_functions.get(full_name)
        if before is not None:
            there = getattr(before, "view_class", None)
            if there is not resource:
                msg = (
                    f"This endpoint ({endpoint}) is already set to the class "
                    f"{getattr(there, '__name__', before)}. Pass another `endpoint` to "
                    f"add_resource({resource.__name__}, …)."
                )
                raise ApiError(msg)
        self.endpoints.add(endpoint)
        resource.endpoint = endpoint
        resource.mediatypes = lambda _self: self._list_mediatypes()
        view = self.output(resource.as_view(endpoint, *arguments, **keywords))
        for decorator in self.decorators:
            view = decorator(view)
        # The same class may be added again under other addresses, with its own view.
        view = before if before is not None and not (arguments or keywords) else view
        for url in urls:
            self._add_rule(app, url, endpoint, view, dict(options))

    def _add_rule(
        self, app: Flask, url: str, endpoint: str, view: Any, options: dict[str, Any]
    ) -> None:
        setup = self._setup
        parts = {"a": self.prefix, "e": url, "b": ""}
        if setup is not None:
            parts["b"] = setup.url_prefix or ""
            options.setdefault("subdomain", setup.subdomain)
            options["defaults"] = {**setup.url_defaults, **options.get("defaults", {})}
        rule = "".join(parts[part] for part in self.url_part_order)
        app.add_url_rule(rule, self._full_endpoint(endpoint), view, **options)

    def _full_endpoint(self, endpoint: str) -> str:
        setup = self._setup
        if setup is None:
            return (
                endpoint
                if self.blueprint is None
                else (f"{self.blueprint.name}.{endpoint}")
            )
        return f"{setup.name_prefix}.{setup.name}.{endpoint}".lstrip(".")

    def owns_endpoint(self, endpoint: str) -> bool:
        """Return whether an endpoint is a resource of this API."""
        return any(endpoint == self._full_endpoint(own) for own in self.endpoints)

    def url_for(self, resource: type[Resource], **values: Any) -> str:
        """Return the address of a resource."""
        return flask.url_for(self._full_endpoint(resource.endpoint), **values)

    # Responses

    def output(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view whose data become a response of this API."""

        @wraps(view)
        def respond(*args: Any, **kwargs: Any) -> Any:
            result = view(*args, **kwargs)
            if isinstance(result, Response):
                return result
            data, status, headers = split_result(result)
            return self.make_response(data, status, headers=headers)

        return respond

    def make_response(
        self,
        data: Any,
        code: Any = 200,
        headers: Any = None,
        *,
        fallback_mediatype: str | None = None,
    ) -> Any:
        """Return a response in the format that the client likes best."""
        default = fallback_mediatype or self.default_mediatype
        accepted = request.accept_mimetypes
        mediatype = accepted.best_match(self.representations) or default
        if mediatype is None:
            raise NotAcceptable
        make = self.representations.get(mediatype)
        if make is output_json and mediatype == _JSON:
            return output_json(data, code, headers)
        if make is not None:
            return represent(make, mediatype, (data, code, headers or {}))
        if mediatype == "text/plain":
            response = make_response(str(data), code, headers or {})
            response.headers["Content-Type"] = "text/plain"
            return response
        msg = f"The API has no representation for {mediatype!r}, its default_mediatype."
        raise InternalServerError(msg)

    def representation(self, mediatype: str) -> Callable[[Representation], Any]:
        """Make responses of a format with the function below.

        It gets the data, the status and the headers, and returns a response.
        """

        def add(function: Representation) -> Representation:
            self.representations[mediatype] = function
            return function

        return add

    def mediatypes(self) -> list[str]:
        """Return what the client accepts, the best first."""
        accepted = sorted(request.accept_mimetypes, key=lambda pair: -pair[1])
        return [name for name, _ in accepted]

    def _list_mediatypes(self) -> list[str]:
        default = [] if self.default_mediatype is None else [self.default_mediatype]
        return self.mediatypes() + default

    def unauthorized(self, response: Any) -> Any:
        """Ask for credentials with `serve_challenge_on_401`."""
        if self.serve_challenge_on_401:
            realm = current_app.config.get("HTTP_BASIC_AUTH_REALM", "flask-restful")
            response.headers["WWW-Authenticate"] = f'Basic realm="{realm}"'
        return response

    def handle_error(self, e: Exception) -> Any:
        """Return the response for an exception."""
        return answer_error(self, e)
