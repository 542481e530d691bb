"""The applications of the proof, small ones first."""

from .catalogue import Application, Step, Suite, form, get

_CSRF = {"csrf": r'name="csrf_token"[^>]*value="([^"]+)"'}

TUTORIAL = Application(
    "Flask's tutorial",
    packages=("flask==3.1.3",),
    target="flaskr_site:app",
    sdist="flask==3.1.3",
    source_folder="examples/tutorial",
    suite=Suite("examples/tutorial"),
    steps=(
        get("/auth/register"),
        form("/auth/register", "username=ann&password=secret"),
        form("/auth/register", "username=ann&password=again"),
        form("/auth/login", "username=ann&password=wrong"),
        form("/auth/login", "username=ann&password=secret"),
        form("/create", "title=First&body=caf%C3%A9+%26+%3Cb%3E"),
        form("/create", "title=&body=without"),
        form("/1/update", "title=Second&body=changed"),
        get("/1/update"),
        get("/2/update"),
    ),
    avoid="logout|delete",
)
HTTPBIN = Application(
    "httpbin",
    packages=("httpbin==0.10.4",),
    target="httpbin:app",
    sdist="httpbin==0.10.4",
    suite=Suite(".", ("tests",)),
    avoid=r"^/(delay|drip|uuid|bytes|image|stream-bytes)",
)
MOTO = Application(
    "moto",
    packages=("moto[server]==5.2.5",),
    target="moto_site:app",
    sdist="moto==5.2.5",
    suite=Suite(".", ("tests/test_core", "tests/test_s3/test_server.py")),
    steps=(
        Step("PUT", "/a-bucket"),
        Step("PUT", "/a-bucket/a-key", b"the content"),
        get("/a-bucket"),
        get("/a-bucket/a-key"),
    ),
)
DASH = Application(
    "Dash",
    packages=("dash==4.4.1",),
    target="dash_site:server",
    steps=(get("/_dash-layout"), get("/_dash-dependencies")),
)

APPLICATIONS = (TUTORIAL, HTTPBIN, DASH, MOTO)
