"""The console: the data of a site, closed by default.

`Admin` shows every model to those whom the policies of the site allow it.
"""

from .errors import ActionError, AdminSetupError
from .extension import Admin
from .schema import ModelOptions
from .settings import AdminSettings

__all__ = ["ActionError", "Admin", "AdminSettings", "AdminSetupError", "ModelOptions"]
