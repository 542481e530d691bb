"""Real applications on gunicorn and on `carboy serve`: their tests and answers."""

from .applications import APPLICATIONS
from .catalogue import Application
from .environments import InstallError, borrow_environment
from .page import PAGE, is_current, keep_results, load_results, write_page
from .sdists import fetch_sdist
from .servers import TARGETS, StartError, find_port
from .suites import SuiteError
from .trial import Trial, run_trial

__all__ = [
    "APPLICATIONS",
    "PAGE",
    "TARGETS",
    "Application",
    "InstallError",
    "StartError",
    "SuiteError",
    "Trial",
    "borrow_environment",
    "fetch_sdist",
    "find_port",
    "is_current",
    "keep_results",
    "load_results",
    "run_trial",
    "write_page",
]
