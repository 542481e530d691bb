"""How pages look: page shell, macros, stylesheet, script and addresses of static files.

What the pages of a battery say lives in that battery.
"""

from .assets import HashedFiles
from .browsers import name_browser
from .columns import Column
from .extension import UI, static_url, url_with
from .page import ui_static
from .times import make_time

__all__ = [
    "UI",
    "Column",
    "HashedFiles",
    "make_time",
    "name_browser",
    "static_url",
    "ui_static",
    "url_with",
]
