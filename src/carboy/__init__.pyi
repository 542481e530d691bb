# The names of __init__.py for type checkers: there, they are imported lazily.
from carboy.core import (
    Check as Check,
    Extension as Extension,
    Section as Section,
    Wiring as Wiring,
    setting as setting,
)
from carboy.settings import (
    Settings as Settings,
)
from carboy.stack import (
    Carboy as Carboy,
)

__version__: str
