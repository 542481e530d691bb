"""The addresses of accounts."""


def endpoints(site):
    return {rule.endpoint: rule for rule in site.app.url_map.iter_rules()}


def test_changes_are_never_made_by_get(site):
    rules = endpoints(site)
    changing = {"logout", "revoke", "revoke_others", "passkey_login"}
    changing |= {"add_passkey", "rename_passkey", "remove_passkey"}
    for name in changing:
        assert "GET" not in rules[f"auth.{name}"].methods, name


def test_the_prefix_is_a_setting(make_site):
    rules = endpoints(make_site(AUTH_URL_PREFIX="/konto"))
    assert rules["auth.login"].rule == "/konto/login"


def test_registration_and_codes_can_be_switched_off(make_site):
    rules = endpoints(make_site(AUTH_REGISTRATION=False, AUTH_EMAIL_CODES=False))
    assert "auth.register" not in rules
    assert "auth.code" not in rules
    assert "auth.login" in rules


def test_every_page_of_an_account_needs_a_login(site, client):
    public = {"login", "logout", "forgot", "reset", "confirm", "register"}
    public |= {"register_confirm", "code", "code_request"}
    # It leads to the login without a first step.
    public |= {"second_step", "set_up_factor"}
    public |= {"static", "passkey_login_options"}
    for endpoint, rule in endpoints(site).items():
        name = endpoint.removeprefix("auth.")
        if (
            not endpoint.startswith("auth.")
            or name in public
            or "GET" not in rule.methods
        ):
            continue
        answer = client.get(rule.rule)
        assert answer.status_code in {302, 308}, endpoint
