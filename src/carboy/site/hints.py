"""What error pages say in development only: a solution, and routes that come near."""

from dataclasses import asdict, dataclass

from flask import Flask, request

from carboy.core import Carboy, Solution, find_solution, registry_of

from .local_client import is_local_client
from .near_routes import NearRoute, list_near_routes
from .solutions import list_solvers

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Hints:
    """What the developer gets to know beside the error."""

    solution: Solution | None = None
    routes: tuple[NearRoute, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return what a problem document has of it."""
        data: dict[str, object] = {}
        if self.solution is not None:
            data["solution"] = {
                "title": self.solution.title,
                "explanation": self.solution.explanation,
                "steps": self.solution.steps,
            }
        if self.routes:
            data["routes"] = [asdict(route) for route in self.routes]
        return data


_NO_HINTS = Hints()


def make_hints(app: Flask, status: int, error: Exception) -> Hints:
    """Return hints for a browser on the machine of the developer, else none."""
    if not app.debug or not is_local_client() or _is_production(app):
        return _NO_HINTS
    solvers = [*registry_of(app).solvers, *list_solvers()]
    solution = find_solution(app, solvers, error)
    routes: tuple[NearRoute, ...] = ()
    if status == _NOT_FOUND and request.url_rule is None:
        routes = tuple(list_near_routes(app, request.path))
    return Hints(solution, routes)


def _is_production(app: Flask) -> bool:
    if not isinstance(app, Carboy) or not app.has_settings:
        return False
    return app.settings.profile == "production"
