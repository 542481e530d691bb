"""Real applications on gunicorn and on `carboy serve`: their tests and answers."""

from .applications import APPLICATIONS
from .catalogue import Application
from .trial import Trial, run_trial

__all__ = ["APPLICATIONS", "Application", "Trial", "run_trial"]
