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


def test_a_role_that_is_not_defined_is_reported(make_site: Callable[..., Site]) -> None:
    assert "auth.E004" in _ids(make_site(AUTH_SECOND_FACTOR_FOR=["amdin"]))


def test_everybody_is_no_role(make_site: Callable[..., Site]) -> None:
    assert "auth.E004" not in _ids(make_site(AUTH_SECOND_FACTOR_FOR=["*"]))


def test_a_required_factor_without_pages_is_reported(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(AUTH_SECOND_FACTOR_FOR=["*"], AUTH_PAGES=False)

    assert "auth.E006" in _ids(site)


def test_a_missing_file_of_hashes_is_reported(make_site: Callable[..., Site]) -> None:
    assert "auth.E005" in _ids(make_site(AUTH_BREACHED_PASSWORDS="/no/such/file"))


def test_an_address_of_hashes_is_no_file(make_site: Callable[..., Site]) -> None:
    url = "https://api.pwnedpasswords.com/range/"

    assert "auth.E005" not in _ids(make_site(AUTH_BREACHED_PASSWORDS=url))


def test_links_that_a_host_header_leads_elsewhere_are_reported(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(TESTING=False)
    assert "auth.W007" in _ids(site)
    site.app.config["TRUSTED_HOSTS"] = ["shop.example"]
    assert "auth.W007" not in _ids(site)
