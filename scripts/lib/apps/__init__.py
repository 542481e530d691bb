"""Real applications on gunicorn and on `carboy serve`: their tests and answers."""

from .applications import APPLICATIONS
from .catalogue import Application
from .environments import InstallError, borrow_environment, install
from .page import PAGE, is_current, keep_results, load_results, write_page
from .page_costs import PageCost, count_processor_time, measure_pages
from .servers import StartError
from .suites import SuiteError
from .trial import Trial, run_trial

__all__ = [
    "APPLICATIONS",
    "PAGE",
    "Application",
    "InstallError",
    "PageCost",
    "StartError",
    "SuiteError",
    "Trial",
    "borrow_environment",
    "count_processor_time",
    "install",
    "is_current",
    "keep_results",
    "load_results",
    "measure_pages",
    "run_trial",
    "write_page",
]
