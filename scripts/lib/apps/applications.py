"""The applications of the proof, small ones first."""

from .catalogue import NO_TESTS, Application, Step, Suite, form, get, json
from .fourth_applications import FOURTH_APPLICATIONS
from .more_applications import MORE_APPLICATIONS
from .third_applications import THIRD_APPLICATIONS

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
    flask_app="moto_site:s3",
    sdist="moto==5.2.5",
    suite=Suite(
        ".",
        ("-o", "python_files=test_server.py", "tests"),
        ("freezegun", "pytest-order", "pytest-xdist"),
        note="The tests of its servers; the others call its functions without HTTP.",
    ),
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
    note=NO_TESTS,
)

LOCUST = Application(
    "Locust",
    packages=("locust==2.47.0",),
    target="locust_site:app",
    server="gevent",
    steps=(
        form("/swarm", "user_count=none&spawn_rate=1"),
        get("/stop"),
    ),
    # Statistics are kept for two seconds, so the moment decides what is shown.
    avoid=r"^/(swarm|stop|logs|stats/requests$|stats/requests\?)",
    note=NO_TESTS,
)
CHANGEDETECTION = Application(
    "changedetection.io",
    packages=("changedetection.io==0.60.10",),
    target="changedetection_site:app",
    sdist="changedetection.io==0.60.10",
    suite=Suite(".", ("changedetectionio/tests/unit",)),
    captures=_CSRF,
    steps=(
        get("/"),
        form(
            "/form/add/quickwatch",
            "csrf_token={{csrf}}&url=http%3A%2F%2F127.0.0.1%3A9%2Fa&tags=first"
            "&processor=text_json_diff",
        ),
        get("/"),
    ),
    avoid="logout|backup|delete|clear|checknow|socket.io",
)
PGADMIN = Application(
    "pgAdmin 4",
    packages=("pgadmin4==9.18",),
    target="pgadmin4.pgAdmin4:app",
    captures={"csrf": r'"?csrfToken"?:\s*"([^"]+)"'},
    variables={
        "PGADMIN_SETUP_EMAIL": "ann@app.example",
        "PGADMIN_SETUP_PASSWORD": "a long password",
    },
    prepare=(("python", "-c", "import pgadmin4.pgAdmin4"),),
    paths=("/browser/", "/login"),
    steps=(
        get("/login?next=/browser/"),
        form(
            "/authenticate/login",
            "email=ann%40app.example&password=wrong&csrf_token={{csrf}}",
        ),
        get("/login"),
        form(
            "/authenticate/login",
            "email=ann%40app.example&password=a+long+password&csrf_token={{csrf}}"
            "&internal_button=Login",
        ),
        get("/browser/"),
    ),
    avoid="logout|shutdown",
    note="There is no source distribution.",
)
MLFLOW = Application(
    "MLflow",
    packages=("mlflow==3.17.2",),
    target="mlflow.server:app",
    variables={
        "_MLFLOW_SERVER_FILE_STORE": "sqlite:///$STATE/mlflow.db",
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "$STATE/artifacts",
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": "$STATE/artifacts",
        "MLFLOW_SERVER_ALLOWED_HOSTS": "*",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    },
    steps=(
        json("/api/2.0/mlflow/experiments/create", '{"name": "first"}'),
        get("/api/2.0/mlflow/experiments/get-by-name?experiment_name=first"),
        json("/api/2.0/mlflow/runs/create", '{"experiment_id": "1"}'),
        json("/api/2.0/mlflow/experiments/search", '{"max_results": 5}'),
    ),
    avoid="demo",
    note=NO_TESTS,
)

APPLICATIONS = (
    TUTORIAL,
    HTTPBIN,
    DASH,
    MOTO,
    LOCUST,
    CHANGEDETECTION,
    PGADMIN,
    *MORE_APPLICATIONS,
    *THIRD_APPLICATIONS,
    *FOURTH_APPLICATIONS,
    MLFLOW,
)
