"""Log in with Google, GitHub, WeChat or any OpenID provider."""

from .configured import check_providers, make_mini_program, make_providers
from .errors import SocialLoginError
from .identities import Identities, Identity, LinkedIdentity
from .linking import (
    LinkDecision,
    LinkOutcome,
    decide_login,
    link_identity,
    unlink_identity,
)
from .oauth_flow import Flow
from .provider_clients import identify_mini_program
from .providers import Provider, github, google, oidc, wechat
from .settings import OidcSettings, SocialSettings

__all__ = [
    "Flow",
    "Identities",
    "Identity",
    "LinkDecision",
    "LinkOutcome",
    "LinkedIdentity",
    "OidcSettings",
    "Provider",
    "SocialLoginError",
    "SocialSettings",
    "check_providers",
    "decide_login",
    "github",
    "google",
    "identify_mini_program",
    "link_identity",
    "make_mini_program",
    "make_providers",
    "oidc",
    "unlink_identity",
    "wechat",
]
