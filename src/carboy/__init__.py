"""The full-stack Flask: your Flask app, unchanged and faster, with its batteries."""

from carboy.core import Check, Extension, Section, Wiring, setting
from carboy.settings import Settings
from carboy.stack import Carboy

__version__ = "0.1.0.dev0"

__all__ = ["Carboy", "Check", "Extension", "Section", "Settings", "Wiring", "setting"]
