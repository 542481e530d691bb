"""An API: resources under addresses, and their answers in the format asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import wraps
from pkgutil import resolve_name
from typing import Any, TypeVar

import flask
from flask import Blueprint, Flask, current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import InternalServerError, NotAcceptable
from werkzeug.wrappers import Response

from carboy.errors import CarboyError

from .decorators import ResourceDecorators
from .extension import require_rest
from .handle_errors import add_router, answer_error
from .namespace import Namespace, make_route, name_endpoint
from .representations import output_json
from .resource import Resource, represent
from .results import split_result
from .typed import Operations, SecurityScheme
from .versions import make_ending, make_ending_hook

Representation = Callable[..., Any]
F = TypeVar("F", bound=Callable[..., Any])
_JSON = "application/json"
_Waiting = tuple[type[Resource], tuple[str, ...], dict[str, Any]]


class ApiError(CarboyError, ValueError):
    """An API or a resource is set up in a way that cannot work."""


class Api(ResourceDecorators):
    """Resources under addresses: `api = Api(app)` or `Api(blueprint)`.

        api.add_resource(Users, "/users", "/people", endpoint="users")

    The arguments are those of Flask-RESTful. `errors` maps names of exceptions to
    answers: `{"NoSuchUser": {"message": "…", "status": 404}}`. With
    `deprecated`, `sunset` and the address of a `successor`, responses tell that the
    API ends.
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
        title: str = "API",
        version: str = "1",
        description: str = "",
        security: Iterable[SecurityScheme] | None = None,
        limit: str = "",
        deprecated: date | str | None = None,
        sunset: date | str | None = None,
        successor: str = "",
        validate: bool | None = None,
    ) -> None:
        super().__init__()
        self.validate = validate
        self.namespaces: list[Namespace] = []
        self.representations: dict[str, Representation] = {_JSON: output_json}
        self.prefix = prefix
        self.default_mediatype = default_mediatype
        self.decorators = list(decorators or ())
        self.catch_all_404s = catch_all_404s
        self.serve_challenge_on_401 = serve_challenge_on_401
        self.url_part_order = url_part_order
        self.errors = dict(errors or {})
        self.title = title
        self.version = version
        self.description = description
        self.endpoints: set[str] = set()
        # Endpoint → name of the namespace of its resource.
        self.tags: dict[str, str] = {}
        self._ending = make_ending(deprecated, sunset, successor)
        self.operations = Operations(
            self, security, limit=limit, deprecated=self._ending is not None
        )
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
        app_options = require_rest(app)
        add_router(app, self)
        if self._ending is not None:
            app.after_request(make_ending_hook(self._ending, self.owns_endpoint))
        self.operations.register(app, app_options)
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
        """Add the class below to the API: `@api.resource("/users")`.

        The methods of a class that is no `Resource` are typed operations.
        """

        def add(resource: type[Any]) -> type[Any]:
            if issubclass(resource, Resource):
                self.add_resource(resource, *urls, **options)
            else:
                for url in urls:
                    self.operations.add_class(url, **options)(resource)
            return resource

        return add

    def route(self, *urls: str, **options: Any) -> Any:
        """Add the resource below to the API, as Flask-RESTX does."""

        def add(resource: type[Resource], *urls: str, **options: Any) -> None:
            options.setdefault("endpoint", name_endpoint(resource))
            self.add_resource(resource, *urls, **options)

        return make_route(add, urls, options)

    def namespace(self, *args: Any, **options: Any) -> Namespace:
        """Return a namespace of this API: `api.namespace("books", "All books")`."""
        namespace = Namespace(*args, **options)
        self.add_namespace(namespace)
        return namespace

    def add_namespace(self, namespace: Namespace, path: str | None = None) -> None:
        """Add the resources of a namespace, at its own path or another."""
        prefix = namespace.path if path is None else path
        self.namespaces.append(namespace)
        if namespace.validate is None:
            namespace.validate = self.validate

        def add(resource: type[Resource], urls: Any, options: dict[str, Any]) -> None:
            name = name_endpoint(resource, namespace.name)
            own = {"endpoint": name, "decorators": namespace.decorators, **options}
            own["namespace"] = namespace
            self.add_resource(resource, *(f"{prefix}{url}" for url in urls), **own)

        namespace.connect(add)

    def find_handler(self, error: Exception) -> Callable[..., Any] | None:
        """Return the handler of an exception, of this API or of a namespace."""
        own = super().find_handler(error)
        others = (each.find_handler(error) for each in self.namespaces)
        return own or next(filter(None, others), None)

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
        full_name = self.full_endpoint(endpoint)
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
        decorators = [*options.pop("decorators", ()), *self.decorators]
        namespace = options.pop("namespace", None)
        if namespace is not None:
            self.tags[endpoint] = namespace.name
        self.endpoints.add(endpoint)
        resource.endpoint = endpoint
        resource.mediatypes = lambda _self: self._list_mediatypes()
        view = self.output(resource.as_view(endpoint, *arguments, **keywords))
        for decorator in decorators:
            view = decorator(view)
        # The same class may be added again under other addresses, with its own view.
        view = before if before is not None and not (arguments or keywords) else view
        for url in urls:
            self.add_rule(app, url, endpoint, view, dict(options))

    def add_rule(
        self, app: Flask, url: str, endpoint: str, view: Any, options: dict[str, Any]
    ) -> None:
        """Add a rule of an endpoint to the app, below the prefixes."""
        setup = self._setup
        parts = {"a": self.prefix, "e": url, "b": ""}
        if setup is not None:
            parts["b"] = setup.url_prefix or ""
            options.setdefault("subdomain", setup.subdomain)
            options["defaults"] = {**setup.url_defaults, **options.get("defaults", {})}
        rule = "".join(parts[part] for part in self.url_part_order)
        app.add_url_rule(rule, self.full_endpoint(endpoint), view, **options)

    def full_endpoint(self, endpoint: str) -> str:
        """Return the name of an endpoint, with that of the blueprint."""
        setup = self._setup
        if setup is None:
            return (
                endpoint
                if self.blueprint is None
                else (f"{self.blueprint.name}.{endpoint}")
            )
        return f"{setup.name_prefix}.{setup.name}.{endpoint}".lstrip(".")

    def owns_endpoint(self, endpoint: str) -> bool:
        """Return whether an endpoint is a resource or operation of this API."""
        return self.operations.owns_endpoint(endpoint) or any(
            endpoint == self.full_endpoint(own) for own in self.endpoints
        )

    def url_for(self, resource: type[Resource], **values: Any) -> str:
        """Return the address of a resource."""
        return flask.url_for(self.full_endpoint(resource.endpoint), **values)

    # Typed operations

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Answer GET with the typed function below: `@api.get("/books/<id>")`.

        Its annotations say what is read and what is returned. Options are `status`,
        `summary`, `tags`, `security`, `responses`, `deprecated`, `hidden`, `partial`,
        `example`, `idempotent`, `limit` and `endpoint`.
        """
        return self.operations.add(("GET",), rule, **options)

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Answer POST with the typed function below; the status is 201 if it makes."""
        return self.operations.add(("POST",), rule, **options)

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Answer PUT with the typed function below."""
        return self.operations.add(("PUT",), rule, **options)

    def patch(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Answer PATCH with the typed function below."""
        return self.operations.add(("PATCH",), rule, **options)

    def delete(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Answer DELETE with the typed function below."""
        return self.operations.add(("DELETE",), rule, **options)

    def crud(self, rule: str, model: type[Any], **options: Any) -> None:
        """Add operations for the rows of a model: list, read, create and so on.

            api.crud("/books", Book, read=BookOut, write=BookIn, sort=("title",))

        Options are `read`, `write`, `actions`, `filters`, `sort`, `paging`, `bulk`,
        `allow`, `scope`, `prepare`, `session`, `name` and `options`.
        """
        # Imported here: it needs SQLAlchemy, which other operations do not.
        package = resolve_name("carboy.rest.crud")
        package.add_crud(self.operations, rule, model, package.Crud(**options))

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

    def answers_with_problems(self, endpoint: str | None) -> bool:
        """Return whether errors of an endpoint are problem documents (RFC 9457).

        None is an address below the prefix of this API at which there is nothing.
        """
        if endpoint is None:
            return bool(self.operations) and not self.endpoints
        return self.operations.owns_endpoint(endpoint)

    def owns_address(self, path: str) -> bool:
        """Return whether an address at which there is nothing is one of this API's."""
        if self.catch_all_404s:
            return True
        setup = self._setup
        prefix = (setup.url_prefix or "" if setup is not None else "") + self.prefix
        return bool(prefix and self.operations) and path.startswith(f"{prefix}/")
