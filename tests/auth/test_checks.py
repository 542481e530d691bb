"""What `carboy check` says about accounts."""

from collections.abc import Callable

from carboy.auth.checks import check_accounts
from tests.auth.conftest import Site


def _ids(site: Site) -> set[str]:
    return {check.id for check in check_accounts(site.app)}


def test_weak_hashes_are_reported(site: Site) -> None:
    assert _ids(site) == {"auth.W003"}


def test_missing_limits_and_open_cookies_are_reported(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(
        AUTH_THROTTLE=False,
        AUTH_STORE_URL="memory://",
        REMEMBER_COOKIE_HTTPONLY=False,
    )

    assert _ids(site) == {"auth.W002", "auth.W003", "auth.W004", "auth.W005"}
