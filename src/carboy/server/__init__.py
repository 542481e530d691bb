"""The production server: everything from the network to the engine.

What happens inside of the app is in `carboy.engine`, event streams as users write them
in `carboy.events`.
"""

from .app_loader import TargetError, load_target
from .listeners import BindError
from .logs import is_app_log_json
from .options import Limits, ServeOptions, StartCheck, Tls
from .serve import find_granian_mismatch, serve

__all__ = [
    "BindError",
    "Limits",
    "ServeOptions",
    "StartCheck",
    "TargetError",
    "Tls",
    "find_granian_mismatch",
    "is_app_log_json",
    "load_target",
    "serve",
]
