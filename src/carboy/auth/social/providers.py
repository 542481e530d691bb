"""Providers: where they are and what identifies a person there."""

from dataclasses import dataclass, field, replace
from typing import Literal

from carboy.translation import LazyText, lazy_gettext as _l

Kind = Literal["oidc", "github", "wechat"]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider with the site's id and secret; addresses may be those of a test."""

    name: str
    title: str | LazyText
    kind: Kind
    client_id: str
    client_secret: str = field(repr=False)
    base_url: str
    api_url: str = ""
    scope: str = ""
    # WeChat: a login inside of its app, or by a QR code on another page.
    is_in_app: bool = False
    # Only a provider that owns the mailboxes proves who reads the mail: all of its
    # addresses, those that it hosts (Google), or none.
    email_authority: Literal["all", "hosted", "none"] = "none"
    # Values of `acr` or `amr` with which an OpenID provider says that it has asked for
    # a second factor; the own one is not asked for then.
    second_factor: tuple[str, ...] = ()


def oidc(
    name: str,
    title: str,
    issuer: str,
    client_id: str,
    client_secret: str,
    *,
    trusts_email: bool = False,
) -> Provider:
    """Return a provider that OpenID discovery describes.

    `trusts_email`: it owns the mailboxes of its people, so no mail has to confirm them.
    """
    return Provider(
        name,
        title,
        "oidc",
        client_id,
        client_secret,
        issuer.rstrip("/"),
        scope="openid email profile",
        email_authority="all" if trusts_email else "none",
    )


def google(
    client_id: str, client_secret: str, *, issuer: str = "https://accounts.google.com"
) -> Provider:
    """Return Google."""
    made = oidc("google", "Google", issuer, client_id, client_secret)
    return replace(made, email_authority="hosted")


def github(
    client_id: str,
    client_secret: str,
    *,
    base_url: str = "https://github.com",
    api_url: str = "https://api.github.com",
) -> Provider:
    """Return GitHub, or a server of GitHub Enterprise."""
    return Provider(
        "github",
        "GitHub",
        "github",
        client_id,
        client_secret,
        base_url,
        api_url,
        scope="read:user user:email",
    )


def wechat(
    app_id: str,
    secret: str,
    *,
    in_app: bool = False,
    base_url: str = "https://open.weixin.qq.com",
    api_url: str = "https://api.weixin.qq.com",
) -> Provider:
    """Return WeChat: the QR code of the open platform, or the login inside the app.

    All applications of one open platform account are one provider: a person has one
    `unionid` over all of them.
    """
    return Provider(
        "wechat",
        _l("WeChat"),
        "wechat",
        app_id,
        secret,
        base_url,
        api_url,
        scope="snsapi_userinfo" if in_app else "snsapi_login",
        is_in_app=in_app,
    )
