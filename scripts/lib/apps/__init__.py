"""Real applications on gunicorn and on `carboy serve`: their tests and answers."""

from .applications import APPLICATIONS
from .catalogue import Application
from .environments import InstallError, borrow_environment
from .page import PAGE, is_current, keep_results, load_results, write_page
from .servers import StartError
from .suites import SuiteError
from .trial import Trial, run_trial

__all__ = [
    "APPLICATIONS",
    "PAGE",
    "Application",
    "InstallError",
    "StartError",
    "SuiteError",
    "Trial",
    "borrow_environment",
    "is_current",
    "keep_results",
    "load_results",
    "run_trial",
    "write_page",
]
