"""Loads the app that a target names, with one clear error if that fails."""

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from carboy import engine
from carboy.errors import CarboyError, ConfigError
from carboy.legacy_variable import open_if_asked

from .import_errors import describe_failure

_CALL = re.compile(r"^([A-Za-z_][\w.]*)\(\s*\)$")
_NAMES = ("app", "application", "create_app", "make_app")


class TargetError(ConfigError):
    """Raised when a target does not lead to an app."""


def install_engine() -> None:
    """Put the engine under every Flask app that this process will import."""
    engine.install()


def load_target(target: str) -> Callable[..., object]:
    """Return the WSGI callable behind `module:app`, `module:create_app()` or a file."""
    module_name, _, attribute = target.partition(":")
    if not module_name:
        raise TargetError(
            f"The target {target!r} names no module. Write module:app, for example "
            "shop:app or shop:create_app()."
        )
    open_if_asked()
    module = _import_module(module_name, target)
    if not attribute:
        return _guess_app(module, target)
    call = _CALL.match(attribute)
    target_object = _find_attribute(module, call[1] if call else attribute, target)
    is_factory = call is not None or _is_factory(target_object)
    app = (
        _call_factory(target_object, attribute, target) if is_factory else target_object
    )
    if is_factory and app is None:
        raise TargetError(
            f"The factory of {target!r} returns None. End it with: return app"
        )
    if not callable(app):
        raise TargetError(
            f"{target!r} leads to {_describe(app)}, which cannot be called. A WSGI "
            "app such as a Flask object is needed."
        )
    _require_two_arguments(app, target)
    return app


def refuse_monkey_patches(target: str) -> None:
    """Raise if the app has replaced the threads that this server runs views in.

    Such a server accepts connections and never answers one.
    """
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("threading"):
        raise TargetError(
            f"The app {target} calls gevent.monkey.patch_all(), so it needs a server "
            f"on greenlets. Start it with: carboy serve {target} --server gevent"
        )
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is not None and patcher.is_monkey_patched("thread"):
        raise TargetError(
            f"The app {target} calls eventlet.monkey_patch(), and views of this server "
            "run in threads. Remove the call, or serve the app with eventlet's server."
        )


def _require_two_arguments(app: Callable[..., object], target: str) -> None:
    """Refuse a function, most likely a view, that no request could be passed to."""
    if not inspect.isfunction(app):
        return
    try:
        inspect.signature(app).bind({}, None)
    except TypeError:
        raise TargetError(
            f"{target!r} leads to the function {app.__name__}, which is no WSGI app: "
            "that takes two arguments, environ and start_response. Name the Flask "
            "object, or a function without arguments that makes it."
        ) from None


def _import_module(module_name: str, target: str) -> ModuleType:
    folder_name = str(Path.cwd())
    if folder_name not in sys.path:
        sys.path.insert(0, folder_name)
    if module_name.endswith(".py"):
        return _import_file(Path(module_name), target)
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise TargetError(_import_failed(target, module_name, error)) from error
        raise TargetError(
            f"There is no module {error.name!r} for the target {target!r}. Looked "
            f"in {folder_name} and the installed packages."
        ) from error
    except CarboyError:
        raise
    except Exception as error:
        raise TargetError(_import_failed(target, module_name, error)) from error


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


def _import_failed(target: str, module_name: str, error: Exception) -> str:
    action = f"Importing {module_name!r} for the target {target!r}"
    return describe_failure(action, error)


def _find_attribute(module: ModuleType, path: str, target: str) -> object:
    target_object: object = module
    for name in path.split("."):
        try:
            target_object = getattr(target_object, name)
        except AttributeError:
            available = ", ".join(n for n in _NAMES if hasattr(module, n))
            hint = f" It has {available}." if available else ""
            raise TargetError(
                f"The module {module.__name__!r} has no {path!r}, which the target "
                f"{target!r} asks for.{hint}"
            ) from None
    return target_object


def _call_factory(factory: object, text: str, target: str) -> object:
    if not callable(factory):
        raise TargetError(
            f"{target!r} calls {_describe(factory)}, which cannot be called. Leave "
            "the brackets away if it is the app itself."
        )
    try:
        return factory()
    except CarboyError:
        # Its message already says what is wrong with the site.
        raise
    except Exception as error:
        action = f"The factory {text} of the target {target!r}"
        raise TargetError(describe_failure(action, error)) from error


def _guess_app(module: ModuleType, target: str) -> Callable[..., object]:
    for name in _NAMES[:2]:
        candidate: object = getattr(module, name, None)
        if callable(candidate):
            return candidate
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


def _is_factory(target_object: object) -> bool:
    """Return whether this is a function without required arguments, as a factory is."""
    if not inspect.isfunction(target_object):
        return False
    parameters = inspect.signature(target_object).parameters.values()
    return all(one.default is not one.empty for one in parameters)


def _describe(thing: object) -> str:
    return f"a {type(thing).__name__}"
