"""Settings of accounts; Flask-Login's names work for remembered logins."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from carboy.core import setting

from .social import SocialSettings


class AuthSettings(SocialSettings, frozen=True, kw_only=True):
    """How people register and log in, and how passwords are stored."""

    prefix: ClassVar[str] = "AUTH"

    pages: Annotated[
        bool, setting("Add the pages of accounts: login, registration and so on.")
    ] = True
    url_prefix: Annotated[str, setting("Prefix of the pages of accounts.")] = "/account"
    registration: Annotated[
        bool, setting("Visitors may register; if false, `carboy users create` does it.")
    ] = True
    confirm_email: Annotated[
        bool, setting("Refuse a login until the address of mail is confirmed.")
    ] = True
    email_codes: Annotated[
        bool, setting("Offer a login with a code that is sent by mail.")
    ] = True
    passkeys: Annotated[
        Literal["off", "first", "second", "both"],
        setting(
            "What passkeys are for. first: they log in instead of the password. "
            "second: they are asked for after it. both: one or the other. off: "
            "there are none."
        ),
    ] = "first"
    passkey_domain: Annotated[
        str,
        setting(
            "Domain that passkeys belong to, such as example.com for a site on "
            "several subdomains. Default: the host of the page. A change makes all "
            "passkeys useless."
        ),
    ] = ""
    trusted_browser_days: Annotated[
        int,
        setting(
            "Days in which a trusted browser is not asked for the second factor. "
            "0: no browser can be trusted.",
            ge=0,
            le=365,
        ),
    ] = 30
    second_factor_for: Annotated[
        tuple[str, ...],
        setting(
            "Roles whose people must have a second factor, or * for everybody. Who "
            "has none sets one up at the next login."
        ),
    ] = ()
    after_login: Annotated[
        str, setting("Path to go to after a login without a `next`.")
    ] = "/"
    after_logout: Annotated[str, setting("Path to go to after a logout.")] = "/"
    fresh_for: Annotated[
        int,
        setting("Seconds after a login in which no new password is asked for.", ge=60),
    ] = 900
    pending_for: Annotated[
        int, setting("Seconds in which the second step of a login is done.", ge=30)
    ] = 600
    token_lifetime: Annotated[
        int, setting("Seconds for which links that are sent by mail are valid.", ge=60)
    ] = 3600
    code_lifetime: Annotated[
        int, setting("Seconds for which a code that is sent by mail is valid.", ge=60)
    ] = 600
    store_url: Annotated[
        str,
        setting(
            "URL of the store of limits and used tokens, such as "
            "redis://host:6379/0. Default: a table in the site's database."
        ),
    ] = ""
    throttle: Annotated[
        bool, setting("Limit the attempts of each account and address.")
    ] = True
    argon2_memory: Annotated[
        int, setting("Memory of one password hash, in KiB.", ge=8)
    ] = 19_456
    argon2_time: Annotated[int, setting("Rounds of one password hash.", ge=1)] = 2
    hash_slots: Annotated[
        int,
        setting(
            "Passwords that one process hashes at a time. Default (0): half of the "
            "processors, and 4 at most, as a process has 8 view threads.",
            ge=0,
        ),
    ] = 0
    password_min: Annotated[
        int,
        setting("Least characters of a password that is the only factor.", ge=8, le=64),
    ] = 15
    password_min_second: Annotated[
        int,
        setting("Least characters of one beside a second factor.", ge=8, le=64),
    ] = 8
    blocked_words: Annotated[
        tuple[str, ...],
        setting("Words of the site that a password must not consist of."),
    ] = ()
    breached_passwords: Annotated[
        str,
        setting(
            "Passwords of known breaches, which nobody may choose: a file of sorted "
            "SHA-1 hashes, or the address of a service such as "
            "https://api.pwnedpasswords.com/range/, which is sent five characters "
            "of the hash. Default: none."
        ),
    ] = ""
    breached_timeout: Annotated[
        float,
        setting(
            "Seconds that a choice of a password waits for that answer; without one "
            "the password is accepted.",
            ge=0.05,
            le=10,
        ),
    ] = 1.0
    remember_cookie: Annotated[
        str,
        setting(
            "Name of the cookie of a remembered login.", old=("REMEMBER_COOKIE_NAME",)
        ),
    ] = "remember_token"
    remember_duration: Annotated[
        timedelta,
        setting("How long a login is remembered.", old=("REMEMBER_COOKIE_DURATION",)),
    ] = timedelta(days=30)

    @property
    def logs_in_by_passkey(self) -> bool:
        """Whether a passkey is enough to log in."""
        return self.passkeys in {"first", "both"}

    @property
    def asks_for_passkey(self) -> bool:
        """Whether a passkey is asked for after a password."""
        return self.passkeys in {"second", "both"}
