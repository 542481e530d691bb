"""What a browser does between a site and a provider of logins."""

from carboy.auth.social import github, google, oidc, wechat
from carboy.testing.identity_provider import CLIENT_ID, CLIENT_SECRET
from carboy.ui.times import make_time

KEYS = (CLIENT_ID, CLIENT_SECRET)
JSON = {"Accept": "application/json"}
WECHAT_BROWSER = "Mozilla/5.0 (Linux) MicroMessenger/8.0"


def make_local_providers(url):
    """Return a provider of each kind, all of them the server at `url`."""
    return [
        google(*KEYS, issuer=url),
        github(*KEYS, base_url=url, api_url=url),
        oidc("company", "Company", url, *KEYS, trusts_email=True),
        oidc("loose", "Loose", url, *KEYS),
        wechat(*KEYS, base_url=url, api_url=url),
        wechat(*KEYS, in_app=True, base_url=url, api_url=url),
    ]


class Visitor:
    """A browser, the site that it visits, and the provider."""

    def __init__(self, client, server):
        self.client = client
        self.server = server

    def start(self, name, path="/account/social/{}", **data):
        """Return the address of the provider's page."""
        sent = self.client.post(path.format(name), data=data, headers=JSON)
        return sent.json["next"]

    def come_back(self, name, answer, **options):
        url = f"/account/social/{name}/callback"
        return self.client.get(url, query_string=answer, **options)

    def log_in(self, name, **data):
        answer = self.server.visit(self.start(name, **data))
        return self.come_back(name, answer)

    def link(self, name):
        url = self.start(name, "/account/logins/{}/link")
        return self.come_back(name, self.server.visit(url))

    def is_logged_in(self):
        return self.client.get("/private").status_code == 200


def assert_local_time(page: str, moment: str) -> None:
    """Require the time of an answer in a page, as pages write it, not as JSON does."""
    assert make_time(moment).striptags() in page
    assert moment not in page
