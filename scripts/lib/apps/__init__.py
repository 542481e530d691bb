"""Real applications on gunicorn and on `carboy serve`: their tests and answers."""

from .applications import APPLICATIONS
from .catalogue import Application
from .environments import InstallError, borrow_environment, install
from .page import PAGE, is_current, keep_results, load_results, write_page
from .page_costs import PageCost, count_processor_time, measure_pages
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
    "PageCost",
    "StartError",
    "SuiteError",
    "Trial",
    "borrow_environment",
    "count_processor_time",
    "fetch_sdist",
    "find_port",
    "install",
    "is_current",
    "keep_results",
    "load_results",
    "measure_pages",
    "run_trial",
    "write_page",
]
