"""Applications that were added when the first ones were without a difference."""

from .catalogue import NO_TESTS, Application, Step, Suite, form, get, json

_CSRF = {"csrf": r'name="csrf_token"[^>]*value="([^"]+)"'}

_JSON = (("Content-Type", "application/json"),)

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
        note="Without the tests that drive Firefox. `test_modify` reads the clock "
        "twice, and fails on both sides when a second passes in between.",
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
    note=NO_TESTS,
)
FAVA = Application(
    "Fava",
    packages=("fava==1.30.16",),
    target="fava_site:app",
    steps=(
        get("/anns-ledger/income_statement/"),
        get("/anns-ledger/journal/?filter=%23trip"),
        Step("PUT", "/anns-ledger/api/format_source", b'{"source": "1"}', _JSON),
        get("/anns-ledger/api/changed"),
        get("/anns-ledger/api/ledger_data"),
    ),
    paths=("/anns-ledger/income_statement/", "/anns-ledger/journal/"),
    note="Its source distribution can only be unpacked where Node.js is installed.",
)
SECURITY = Application(
    "Flask-Security",
    packages=(
        "flask-security[babel,common,fsqla,mfa]==5.9.2",
        *("sqlalchemy<2.1", "sqlalchemy-utils"),
    ),
    target="security_site:app",
    sdist="flask-security==5.9.2",
    suite=Suite(
        ".",
        (
            *("-o", "addopts=", "-W", "default", "tests/test_basic.py"),
            *("tests/test_csrf.py", "tests/test_tokens.py", "tests/test_response.py"),
        ),
        (
            *("authlib", "cbor2", "flask-sqlalchemy-lite", "freezegun", "peewee"),
            *("requests", "zxcvbn"),
        ),
        note="Four of thirty files of its tests.",
    ),
    captures=_CSRF,
    steps=(
        get("/"),
        get("/login"),
        form("/login", "email=ann%40app.example&password=wrong&csrf_token={{csrf}}"),
        form("/register", "email=bob%40app.example&password=short"),
        form(
            "/login",
            "email=ann%40app.example&password=a+long+password&csrf_token={{csrf}}",
        ),
        get("/"),
        get("/admin"),
        json("/login", '{"email": "ann@app.example", "password": "a long password"}'),
        json("/change", '{"password": "a", "new_password": "b"}'),
    ),
    paths=("/", "/login", "/register"),
    avoid="logout",
)
SQLITE_WEB = Application(
    "sqlite-web",
    packages=("sqlite-web==0.8.2",),
    target="sqlite_web_site:app",
    steps=(
        get("/customer/content/"),
        form("/query/", "sql=SELECT+*+FROM+customer"),
        form("/query/", "sql=SELECT+nothing"),
        form("/customer/insert/", "name=caf%C3%A9&name__null="),
        get("/purchase/content/?ordering=amount"),
        form("/customer/query/", "sql=SELECT+1&export_json=1"),
    ),
    paths=("/", "/customer/", "/customer/content/", "/query/"),
    avoid="logout|drop|download",
    note=NO_TESTS,
)

MORE_APPLICATIONS = (
    *(BEPASTY, IHATEMONEY, RESTX, APPBUILDER, DTALE),
    *(FAVA, SECURITY, SQLITE_WEB),
)
