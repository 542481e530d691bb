"""A project that `carboy new` has made, and what is read from it."""

import pytest

from carboy.cli.generate.site import Site
from carboy.cli.new import ProjectOptions, create_project


@pytest.fixture
def project(folder, monkeypatch):
    """Create a full project and work in it."""
    create_project(ProjectOptions("shop", "full", "sqlite"), folder / "shop")
    monkeypatch.chdir(folder / "shop")
    return folder / "shop"


@pytest.fixture
def site(project):
    return Site(project, "shop", frozenset())
