"""Settings of logins with other sites."""

from typing import Annotated, ClassVar

import msgspec

from carboy.core import Section, setting


class OidcSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that OpenID discovery describes."""

    issuer: str
    client_id: str
    client_secret: str
    title: str = ""
    # The provider owns the mailboxes, as the login of a company does.
    trusts_email: bool = False
    # Values of `acr` or `amr` with which the provider says that it has asked for a
    # second factor, and the site believes it.
    second_factor: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"OidcSettings(issuer={self.issuer!r}, client_id={self.client_id!r})"


class SocialSettings(Section, frozen=True, kw_only=True):
    """Which other sites people log in with; both values of one switch it on."""

    # A part of `AuthSettings`.
    prefix: ClassVar[str] = "AUTH"

    social_google_id: Annotated[str, setting("Client ID of Google.")] = ""
    social_google_secret: Annotated[
        str, setting("Client secret of Google.", secret=True)
    ] = ""
    social_github_id: Annotated[str, setting("Client ID of GitHub.")] = ""
    social_github_secret: Annotated[
        str, setting("Client secret of GitHub.", secret=True)
    ] = ""
    social_wechat_id: Annotated[
        str, setting("AppID of WeChat's open platform: the QR code on web pages.")
    ] = ""
    social_wechat_secret: Annotated[
        str, setting("AppSecret of the open platform.", secret=True)
    ] = ""
    social_wechat_app_id: Annotated[
        str, setting("AppID of a WeChat official account: pages inside of WeChat.")
    ] = ""
    social_wechat_app_secret: Annotated[
        str, setting("AppSecret of the official account.", secret=True)
    ] = ""
    social_wechat_mini_id: Annotated[
        str, setting("AppID of a WeChat mini program.")
    ] = ""
    social_wechat_mini_secret: Annotated[
        str, setting("AppSecret of the mini program.", secret=True)
    ] = ""
    social_oidc: Annotated[
        dict[str, OidcSettings],
        setting(
            "Other OpenID providers by name: issuer, client_id, client_secret, and "
            "optionally title, trusts_email and second_factor.",
            secret=True,
        ),
    ] = msgspec.field(default_factory=dict)
