"""Applications that were added when the first ones were without a difference."""

from .catalogue import Application, Suite, form, get, json

_CSRF = {"csrf": r'name="csrf_token"[^>]*value="([^"]+)"'}

_MONEY_TESTS = tuple(
    f"ihatemoney/tests/{name}_test.py" for name in ("main", "api", "history")
)
IHATEMONEY = Application(
    "I Hate Money",
    packages=("ihatemoney==7.2.1",),
    target="ihatemoney.wsgi:application",
    sdist="ihatemoney==7.2.1",
    suite=Suite(
        ".",
        ("-o", "python_files=*_test.py", *_MONEY_TESTS),
        ("pytest-flask~=1.3.0", "pytest~=9.0.2", "setuptools"),
        note="Without the longest file of its tests.",
    ),
    variables={"IHATEMONEY_SETTINGS_FILE_PATH": "$TARGETS/ihatemoney_settings.py"},
    captures=_CSRF,
    steps=(
        get("/"),
        form(
            "/create",
            "csrf_token={{csrf}}&name=Trip&id=trip&password=secret"
            "&contact_email=ann%40app.example&default_currency=XXX",
        ),
        get("/trip/"),
        form("/trip/members/add", "csrf_token={{csrf}}&name=Ann&weight=1"),
        form("/trip/members/add", "csrf_token={{csrf}}&name=Bob&weight=2"),
        get("/trip/add"),
        form(
            "/trip/add",
            "csrf_token={{csrf}}&date=2026-01-02&what=caf%C3%A9&payer=1&amount=12.5"
            "&payed_for=1&payed_for=2&bill_type=Expense",
        ),
        get("/api/projects/trip/bills"),
    ),
    paths=("/", "/trip/", "/trip/settle_bills", "/trip/statistics"),
    avoid="exit|delete|demo",
)
BEPASTY = Application(
    "bepasty",
    packages=("bepasty==1.2.2",),
    target="bepasty.wsgi:application",
    sdist="bepasty==1.2.2",
    suite=Suite(
        "src",
        ("bepasty/tests", "--ignore=bepasty/tests/test_website.py"),
        ("requests", "pytest-timeout"),
        note="Without the tests that drive Firefox.",
    ),
    variables={"BEPASTY_CONFIG": "$TARGETS/bepasty_settings.py"},
    captures={"paste": r'action="/([\w]{8})/\+'},
    steps=(
        form("/+login", "token=secret"),
        form("/+upload", "text=caf%C3%A9&contenttype=text%2Fplain&filename=a.txt"),
        get("/+list"),
    ),
    paths=("/", "/+list"),
    avoid="logout|delete|lock",
)
APPBUILDER = Application(
    "Flask-AppBuilder",
    packages=("flask-appbuilder==5.3.0", "pillow"),
    target="appbuilder_site:app",
    captures=_CSRF,
    prepare=(("python", "-c", "import appbuilder_site"),),
    steps=(
        get("/login/"),
        form("/login/", "csrf_token={{csrf}}&username=ann&password=secret"),
        get("/groupview/add"),
        form("/groupview/add", "csrf_token={{csrf}}&name=Friends"),
        form("/contactview/add", "csrf_token={{csrf}}&name=Bob&group=1"),
        get("/contactview/list/"),
        json("/api/v1/contactapi/", '{"name": "Eve"}'),
    ),
    paths=("/", "/contactview/list/", "/users/list/", "/swagger/v1"),
    avoid="logout|delete|reset",
)
RESTX = Application(
    "Flask-RESTX",
    packages=("flask-restx==1.3.2",),
    target="restx_site:app",
    sdist="flask-restx==1.3.2",
    suite=Suite(
        ".",
        ("tests", "--ignore=tests/test_postman.py"),
        (
            "pytest-flask",
            "pytest-mock",
            "pytest-benchmark",
            "blinker",
            "faker",
            "tzlocal",
        ),
    ),
    steps=(
        json("/tasks/", '{"task": "second"}'),
        json("/tasks/", '{"other": 1}'),
        get("/tasks/2"),
        get("/tasks/99"),
        get("/swagger.json"),
    ),
)
DTALE = Application(
    "D-Tale",
    packages=("dtale==3.22.0",),
    target="dtale_site:app",
    paths=("/dtale/main/1", "/dtale/grid/1", "/dtale/data/1?ids=%5B%220-2%22%5D"),
    avoid="shutdown|kill|cleanup|code-export|health",
)

MORE_APPLICATIONS = (BEPASTY, IHATEMONEY, RESTX, APPBUILDER, DTALE)
