"""What stands between each published hole and the accounts of a site.

`make museum` takes each guard out of a copy of the package and runs its test, which
has to fail. A guard is a text that stands in its file once.
"""

from .guard import Guard
from .guards_of_credentials import CREDENTIALS
from .guards_of_limits import LIMITS
from .guards_of_logins import LOGINS
from .guards_of_mails import MAILS
from .guards_of_required_factors import REQUIRED_FACTORS

GUARDS: tuple[Guard, ...] = (
    *MAILS,
    *LOGINS,
    *LIMITS,
    *CREDENTIALS,
    *REQUIRED_FACTORS,
)
