"""Finding the app that a target names, with one clear line when it is not there."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from carboy.errors import CarboyError, ConfigError

_CALL = re.compile(r"^([A-Za-z_][\w.]*)\(\s*\)$")
_NAMES = ("app", "application", "create_app", "make_app")


class TargetError(ConfigError):
    """Raised when a target does not lead to an app."""


def load_target(target: str) -> Callable[..., object]:
    """Return the WSGI callable behind `module:app`, `module:create_app()` or a file."""
    place, _, attribute = target.partition(":")
    if not place:
        raise TargetError(
            f"The target {target!r} names no module. Write module:app, for example "
            "shop:app or shop:create_app()."
        )
    module = _import_module(place, target)
    if not attribute:
        return _guess(module, target)
    call = _CALL.match(attribute)
    found = _find_attribute(module, call[1] if call else attribute, target)
    is_factory = call is not None or _takes_nothing(found)
    app = _call_factory(found, attribute, target) if is_factory else found
    if not callable(app):
        raise TargetError(
            f"{target!r} leads to {_describe(app)}, which cannot be called. A WSGI "
            "app such as a Flask object is needed."
        )
    return app


def _import_module(place: str, target: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    if place.endswith(".py"):
        return _import_file(Path(place), target)
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name is None or not (place + ".").startswith(error.name + "."):
            raise TargetError(_import_failed(target, place, error)) from error
        raise TargetError(
            f"There is no module {error.name!r} for the target {target!r}. Looked "
            f"in {here} and the installed packages."
        ) from error
    except CarboyError:
        raise
    except Exception as error:
        raise TargetError(_import_failed(target, place, error)) from error


def _import_file(path: Path, target: str) -> ModuleType:
    if not path.is_file():
        raise TargetError(f"There is no file {str(path)!r} for the target {target!r}.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise TargetError(f"{str(path)!r} is not a Python file that can be imported.")
    module = importlib.util.module_from_spec(spec)
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except CarboyError:
        raise
    except Exception as error:
        raise TargetError(_import_failed(target, str(path), error)) from error
    return module


def _import_failed(target: str, place: str, error: Exception) -> str:
    return (
        f"Importing {place!r} for the target {target!r} failed with "
        f"{type(error).__name__}: {error}\n{_where(error)}"
    )


def _where(error: BaseException) -> str:
    """Return the user's part of the traceback, without the import machinery."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "importlib" not in frame.filename and frame.filename != __file__
    ]
    return "".join(traceback.format_list(frames)).rstrip()


def _find_attribute(module: ModuleType, path: str, target: str) -> object:
    found: object = module
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            offer = ", ".join(n for n in _NAMES if hasattr(module, n))
            hint = f" It has {offer}." if offer else ""
            raise TargetError(
                f"The module {module.__name__!r} has no {path!r}, which the target "
                f"{target!r} asks for.{hint}"
            ) from None
    return found


def _call_factory(factory: object, text: str, target: str) -> object:
    if not callable(factory):
        raise TargetError(
            f"{target!r} calls {_describe(factory)}, which cannot be called. Leave "
            "the brackets away if it is the app itself."
        )
    try:
        return factory()
    except CarboyError:
        # It says itself, in one message, what is wrong with the site.
        raise
    except Exception as error:
        raise TargetError(
            f"The factory {text} of the target {target!r} failed with "
            f"{type(error).__name__}: {error}\n{_where(error)}"
        ) from error


def _guess(module: ModuleType, target: str) -> Callable[..., object]:
    for name in _NAMES[:2]:
        found: object = getattr(module, name, None)
        if callable(found):
            return found
    for name in _NAMES[2:]:
        factory = getattr(module, name, None)
        if factory is not None:
            app = _call_factory(factory, f"{name}()", target)
            if callable(app):
                return app
    raise TargetError(
        f"The module {module.__name__!r} has none of {', '.join(_NAMES)}. Name the "
        f"app: {target}:name."
    )


def _takes_nothing(found: object) -> bool:
    """Tell a function that makes an app from a WSGI app: that one needs two things."""
    if not inspect.isfunction(found):
        return False
    parameters = inspect.signature(found).parameters.values()
    return all(one.default is not one.empty for one in parameters)


def _describe(thing: object) -> str:
    return f"a {type(thing).__name__}"
