"""If this passes, packages import names when they are used, and stubs say the same."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest

import carboy
from carboy.lazy_imports import import_name

SOURCE = Path(__file__).parents[1] / "src"
STUBS = sorted(SOURCE.glob("carboy/**/__init__.pyi"))
PACKAGES = [".".join(path.parent.relative_to(SOURCE).parts) for path in STUBS]


def list_imports(file):
    """Map each name that a file imports to its module and its name there."""
    return {
        alias.asname or alias.name: ("." * node.level + (node.module or ""), alias.name)
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def list_assigned(file):
    """Return the names that a stub declares without an import."""
    nodes = ast.walk(ast.parse(file.read_text()))
    return {
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def test_the_lazy_packages_are_known():
    assert {"carboy", "carboy.core", "carboy.script", "carboy.forms"} <= {*PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_see_the_names_that_there_are(package):
    front_door = import_module(package)
    file = Path(front_door.__file__).with_suffix(".pyi")
    stub = list_imports(file)

    assert {*stub} | list_assigned(file) - {"__version__"} == {*front_door.__all__}
    for name, (module, original) in stub.items():
        origin = import_module(module, package)
        assert getattr(front_door, name) is getattr(origin, original)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_takes_the_place_of_a_lazy_name(package):
    """Python sets a submodule as an attribute of its package, whoever imports it."""
    file = Path(import_module(package).__file__)
    lazy = {*import_module(package).__all__} - {*list_imports(file)}

    assert lazy
    assert not lazy & {path.stem for path in file.parent.iterdir()}


def test_an_imported_name_is_kept(monkeypatch):
    module = sys.modules["carboy.errors"]
    monkeypatch.setattr(carboy, "CarboyError", None, raising=False)

    value = import_name(
        "carboy", "CarboyError", {"redact": "x", "errors": "A CarboyError"}
    )

    assert value is module.CarboyError
    assert carboy.CarboyError is value


def test_an_unknown_name_is_an_attribute_error_of_the_package():
    with pytest.raises(AttributeError, match="module 'carboy' has no attribute 'Nope'"):
        carboy.Nope  # noqa: B018 - reading it is the point
    assert not hasattr(carboy.core, "Check Checker")


def test_a_shell_lists_the_names():
    assert {"Carboy", "Settings", "__version__"} <= {*dir(carboy)}
