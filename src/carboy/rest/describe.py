"""The OpenAPI document of all APIs of an app, by its settings."""

from typing import Any

from flask import Flask

from carboy.core import AppState
from carboy.site import list_operations

from .handle_errors import list_apis
from .openapi import make_document
from .settings import RestSettings

rest_settings: AppState[RestSettings] = AppState("carboy.rest.settings")


def describe_apis(app: Flask, server: str = "/") -> dict[str, Any]:
    """Return the document of all APIs of an app, and of batteries with operations."""
    settings = rest_settings.of(app)
    closes = settings.unknown_fields == "refuse"
    registered = list_operations(app)
    return make_document(
        app, list_apis(app), registered=registered, server=server, closes=closes
    )
