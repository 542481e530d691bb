# The names of __init__.py for type checkers: there, they are imported lazily.
from .app_checks import (
    run_app_checks as run_app_checks,
)
from .engine import (
    check_engine as check_engine,
)
from .server import (
    check_server as check_server,
)
from .site import (
    SiteChecks as SiteChecks,
)
