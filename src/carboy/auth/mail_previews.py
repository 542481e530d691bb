"""Values that are made up for the mails of accounts, where `carboy.mail` shows them."""

from collections.abc import Mapping
from typing import Any

from carboy.translation import lazy_gettext as _l

_LINK = "https://example.com/account/link/preview"
MAIL_PREVIEWS: Mapping[str, Mapping[str, Any]] = {
    "auth_account_exists": {"link": _LINK},
    "auth_code": {"code": "123456"},
    "auth_confirm": {"link": _LINK},
    "auth_deleted": {},
    "auth_email": {"link": _LINK},
    "auth_email_changing": {"email": "new@example.com"},
    "auth_factors_reset": {},
    "auth_logins_changed": {"what": _l("Passkey added")},
    "auth_no_account": {},
    "auth_password_changed": {},
    "auth_register": {"link": _LINK},
    "auth_reset": {"link": _LINK},
    "auth_two_step_changed": {},
}
