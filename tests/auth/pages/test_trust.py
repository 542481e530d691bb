"""The choice to trust a browser is offered where the site allows it."""

from carboy.auth import auth_state
from carboy.auth.pages.forms import CodeStepForm
from carboy.auth.pages.trust import offer_trust


def test_the_choice_names_the_days(make_site):
    site = make_site(AUTH_TRUSTED_BROWSER_DAYS=7)
    with site.app.test_request_context():
        form = CodeStepForm()
        offer_trust(auth_state.of(site.app), form)
        assert "for 7 days" in str(form.trust.label.text)


def test_there_is_no_choice_where_no_browser_can_be_trusted(make_site):
    site = make_site(AUTH_TRUSTED_BROWSER_DAYS=0)
    with site.app.test_request_context():
        form = CodeStepForm()
        offer_trust(auth_state.of(site.app), form)
        assert "trust" not in form
