"""Find the models of a site, those of its modules included."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from carboy.core import registry_of
from carboy.db import SQLAlchemy

from .model_admin import make_slug


def list_models(app: Flask, database: SQLAlchemy) -> list[type[Any]]:
    """Return all mapped classes of a site, by name."""
    bases = [*registry_of(app).models.values(), database.Model]
    models = {
        mapper.class_: None
        for base in bases
        for mapper in base.registry.mappers
        if not mapper.class_.__name__.startswith("_")
    }
    return sorted(models, key=lambda model: (model.__name__, model.__module__))


def make_slugs(models: list[type[Any]]) -> Mapping[type[Any], str]:
    """Return a different part of an address for each model."""
    return dict(_slugs(models))


def _slugs(models: list[type[Any]]) -> Iterator[tuple[type[Any], str]]:
    taken: set[str] = set()
    for model in models:
        slug = make_slug(model.__name__)
        if slug in taken:
            slug = make_slug(f"{model.__module__.replace('.', '_')}_{slug}")
        while slug in taken:
            slug += "-2"
        taken.add(slug)
        yield model, slug
