"""The app of `flask_app`, on Carboy's engine."""

import carboy.engine

carboy.engine.install()

from apps.flask_app import app  # noqa: E402 - the engine comes first

__all__ = ["app"]
