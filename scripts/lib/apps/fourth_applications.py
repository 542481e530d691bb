"""Applications that were added last: books, tokens, a wiki, measurements."""

from .catalogue import Application, form, get, json

_NO_TESTS_RUN = "Its own tests were not run."

CALIBRE_WEB = Application(
    "Calibre-Web",
    packages=("calibreweb==0.6.27",),
    target="calibreweb_site:app",
    # Its threads do not end.
    prepare=(("python", "-c", "import calibreweb_site, os; os._exit(0)"),),
    captures={"token": r'name="csrf_token" value="([^"]+)"'},
    steps=(
        get("/login"),
        form("/login", "username=admin&password=wrong&csrf_token={{token}}"),
        form("/login", "username=admin&password=admin123&csrf_token={{token}}"),
        get("/admin/dbconfig"),
        get("/admin/view"),
        get("/admin/usertable"),
        get("/me"),
        get("/opds"),
        form("/ajax/listusers", "csrf_token={{token}}"),
        form("/me", "locale=de&csrf_token={{token}}"),
    ),
    paths=("/", "/login", "/admin/view", "/admin/config", "/admin/user/new"),
    # A chooser of files shows those of the server.
    avoid=r"pathchooser|logout|shutdown|delete|/get_update|/admin/(debug|logdownload)|/remote|stats",
    note=_NO_TESTS_RUN,
)
PRIVACYIDEA = Application(
    "privacyIDEA",
    packages=("privacyidea==3.14",),
    target="privacyidea.app:create_app()",
    variables={"PRIVACYIDEA_CONFIGFILE": "$TARGETS/privacyidea_settings.py"},
    prepare=(
        ("pi-manage", "setup", "create_enckey"),
        ("pi-manage", "setup", "create_audit_keys"),
        ("pi-manage", "setup", "create_tables"),
        ("pi-manage", "admin", "add", "ann", "-p", "secret"),
    ),
    captures={"token": r'"token": ?"([^"]+)"'},
    steps=(
        get("/"),
        form("/auth", "username=ann&password=wrong"),
        form("/auth", "username=ann&password=secret"),
        form("/token/init", "type=hotp&genkey=1", PI_Authorization="{{token}}"),
        json("/validate/check", '{"user": "ann", "pass": "1"}'),
        form("/validate/check", "serial=none&pass=1"),
        form("/realm/first", "resolvers=none", PI_Authorization="{{token}}"),
    ),
    avoid="machine|/audit|statistics|/info/rss",
    note=_NO_TESTS_RUN,
)
OTTER_WIKI = Application(
    "An Otter Wiki",
    packages=("otterwiki==2.26.1",),
    target="otterwiki_site:app",
    prepare=(("python", "-c", "import otterwiki_site"),),
    steps=(
        get("/"),
        get("/-/register"),
        form("/-/register", "email=ann%40app.example&name=Ann&password1=x&password2=y"),
        form("/Home/save", "content=%23+Home%0A%0Acaf%C3%A9&commit=first"),
        form("/Notes/save", "content=%7C+a+%7C%0A%7C---%7C%0A%7C+b+%7C&commit=second"),
        form("/Home/preview", "content=%2Abold%2A&cursor_line=0"),
        get("/Home/history"),
        get("/Home/source"),
        form("/-/search", "query=caf"),
        form("/Notes/rename", "new_pagename=Other&message=moved"),
    ),
    paths=("/", "/Home", "/-/changelog", "/-/about", "/-/login", "/-/index"),
    avoid="logout|delete|/revert|feed|ical",
    note=_NO_TESTS_RUN,
)
MONITORING = Application(
    "Flask-MonitoringDashboard",
    packages=("flask-monitoringdashboard==5.1.0", "setuptools<81"),
    target="monitoring_site:app",
    prepare=(("python", "-c", "import monitoring_site"),),
    captures={"token": r'name="csrf_token" type="hidden" value="([^"]+)"'},
    steps=(
        get("/"),
        get("/work/10"),
        form("/work/20", "a=1&b=caf%C3%A9"),
        get("/fails"),
        get("/dashboard/login"),
        form("/dashboard/login", "name=admin&password=wrong&csrf_token={{token}}"),
        form("/dashboard/login", "name=admin&password=admin&csrf_token={{token}}"),
        get("/dashboard/api/overview"),
    ),
    paths=("/", "/work/5", "/fails", "/dashboard/"),
    avoid="logout|delete|/api/(overview|request|hourly)|telemetry|database",
    note=_NO_TESTS_RUN,
)
FOURTH_APPLICATIONS = (CALIBRE_WEB, PRIVACYIDEA, OTTER_WIKI, MONITORING)
