# The names of __init__.py for type checkers: there, they are imported lazily.
from .engine import (
    check_engine as check_engine,
)
from .server import (
    check_server as check_server,
)
from .site import (
    SiteChecks as SiteChecks,
)
