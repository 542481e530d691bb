"""Log in with Google, GitHub, WeChat or any OpenID provider."""

from .errors import SocialLoginError
from .identities import Identity, LinkedIdentity
from .linking import LinkDecision, decide_login, link_identity, unlink_identity
from .oauth_flow import Flow
from .providers import Provider, github, google, oidc, wechat

__all__ = [
    "Flow",
    "Identity",
    "LinkDecision",
    "LinkedIdentity",
    "Provider",
    "SocialLoginError",
    "decide_login",
    "github",
    "google",
    "link_identity",
    "oidc",
    "unlink_identity",
    "wechat",
]
