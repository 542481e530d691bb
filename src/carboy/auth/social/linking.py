"""What a login by a provider means: whose it is, and when nothing is merged."""

from dataclasses import dataclass
from enum import Enum

from carboy.translation import gettext as _

from .errors import SocialLoginError
from .identities import Identities, Identity


class LinkOutcome(Enum):
    """What follows after a visitor has come back from a provider."""

    LOG_IN = "log in"
    SIGN_UP = "sign up"
    # The address belongs to an account: its owner logs in first, and links then.
    COLLISION = "collision"


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """The outcome, and the user who logs in."""

    outcome: LinkOutcome
    user_id: str = ""


def decide_login(
    identities: Identities, identity: Identity, *, is_email_taken: bool
) -> LinkDecision:
    """Decide about a visitor who is not logged in.

    An account is never found by the address of mail: providers confirm addresses by
    rules of their own, and who registered here may not own the address either.
    """
    owner = identities.find_owner(identity)
    if owner is not None:
        # A further application of WeChat: its openid is linked too.
        identities.add(owner, identity)
        return LinkDecision(LinkOutcome.LOG_IN, owner)
    if is_email_taken:
        return LinkDecision(LinkOutcome.COLLISION)
    return LinkDecision(LinkOutcome.SIGN_UP)


def link_identity(identities: Identities, user_id: str, identity: Identity) -> None:
    """Link an identity to the user who is logged in, or raise `SocialLoginError`."""
    owner = identities.find_owner(identity)
    if owner not in {None, user_id} or not identities.add(user_id, identity):
        raise SocialLoginError(
            _("Another account uses this login. Log in with it and unlink it there.")
        )


def unlink_identity(
    identities: Identities, user_id: str, provider: str, *, other_ways: int
) -> None:
    """Unlink a provider, unless it is the last way to log in.

    `other_ways` counts the password and the passkeys of the user.
    """
    linked = {each.provider for each in identities.list(user_id)}
    if provider not in linked:
        raise SocialLoginError(_("This login is not linked to your account."))
    if other_ways + len(linked) <= 1:
        raise SocialLoginError(
            _("This is your only way to log in. Set a password first.")
        )
    identities.remove(user_id, provider)
