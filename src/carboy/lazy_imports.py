"""Names of a package that are imported when they are first used.

For a front door behind which is more than most processes need: a worker that serves a
foreign app has no use for the settings of a site.
"""

import sys
from collections.abc import Mapping
from importlib import import_module


def import_name(package: str, name: str, modules: Mapping[str, str]) -> object:
    """Return a name of a package, for its `__getattr__`.

    `modules` has the names that each module exports, with blanks between. The name is
    kept in the package, so that Python does not ask a second time.
    """
    for module, names in modules.items():
        if name in names.split():
            value: object = getattr(import_module(f"{package}.{module}"), name)
            setattr(sys.modules[package], name, value)
            return value
    msg = f"module {package!r} has no attribute {name!r}"
    raise AttributeError(msg, name=name, obj=sys.modules[package])
