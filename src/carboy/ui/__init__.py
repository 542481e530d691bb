"""How pages look: page shell, macros, stylesheet, script and addresses of static files.

What the pages of a battery say lives in that battery.
"""

from .assets import HashedFiles
from .browsers import name_browser
from .columns import Column
from .extension import UI, static_url, url_with
from .markdown import render_markdown
from .page import ui_static
from .secure_response import OWN_FILES, secure_response
from .times import make_time

__all__ = [
    "OWN_FILES",
    "UI",
    "Column",
    "HashedFiles",
    "make_time",
    "name_browser",
    "render_markdown",
    "secure_response",
    "static_url",
    "ui_static",
    "url_with",
]
