"""Which providers are offered, and what is remembered of who signs up."""

import pytest
from werkzeug.exceptions import NotFound

from carboy.auth import auth_state
from carboy.auth.pages.providers import (
    find_kept_identity,
    forget_identity,
    get_provider,
    keep_identity,
    list_providers,
)
from carboy.auth.social import Identity
from tests.auth.pages.visitor import WECHAT_BROWSER

ANN = Identity("github", "7", "ann@example.com", name="Ann", aliases=("a", "b"))


@pytest.fixture
def site(make_site, providers):
    return make_site(providers=providers)


def test_each_name_is_offered_once_in_every_browser(site):
    for agent, in_app in (("Firefox", False), (WECHAT_BROWSER, True)):
        with site.app.test_request_context(headers={"User-Agent": agent}):
            names = [each.name for each in list_providers()]
            assert names == ["google", "github", "company", "loose", "wechat"]
            assert get_provider("wechat").is_in_app is in_app
            with pytest.raises(NotFound):
                get_provider("other")


def test_who_signs_up_is_remembered_in_one_browser_for_a_while(site):
    state = auth_state.of(site.app)
    with site.app.test_request_context():
        assert find_kept_identity(state) is None
        keep_identity(state, ANN, "/here")
        assert find_kept_identity(state) == (ANN, "/here")
        site.clock[0] += 3601
        assert find_kept_identity(state) is None
    with site.app.test_request_context():
        keep_identity(state, ANN, "/here")
        assert forget_identity(state)
        assert not forget_identity(state)
        assert find_kept_identity(state) is None
