"""The names of the notes, each with the test that runs it as it is written.

The text of the notes is not part of the project; their names are.
"""

_NAMES = "tests/legacy/test_note_names.py"
_IMPORTS = f"{_NAMES}::test_each_import"
_ATTRIBUTES = f"{_NAMES}::test_each_attribute"
_SETTINGS = f"{_NAMES}::test_each_setting"
_TEMPLATES = f"{_NAMES}::test_each_word_of_templates"
_APP = "tests/legacy/names/test_flask_app.py"
_DB = "tests/db/test_notes.py"

# What can be imported.
IMPORTS = """
blinker.Namespace datetime.date datetime.datetime datetime.time flask.Blueprint
flask.Flask flask.Markup flask.Response flask.abort flask.escape flask.flash
flask.get_flashed_messages flask.jsonify flask.make_response flask.redirect
flask.render_template flask.request flask.session flask.url_for flask.views
flask.views.View flask_migrate.Migrate flask_migrate.MigrateCommand
flask_script.Manager flask_sqlalchemy.SQLAlchemy flask_wtf.file
flask_wtf.file.FileAllowed flask_wtf.file.FileRequired os.urandom sqlalchemy.Column
sqlalchemy.Date sqlalchemy.DateTime sqlalchemy.Integer sqlalchemy.String
sqlalchemy.Text sqlalchemy.and_ sqlalchemy.ext.declarative.declarative_base
sqlalchemy.orm.backref sqlalchemy.orm.sessionmaker urllib.parse.quote
urllib.parse.unquote urllib.parse.urlencode werkzeug.datastructures.CombinedMultiDict
werkzeug.local.Local werkzeug.routing.BaseConverter werkzeug.serving.run_simple
werkzeug.utils.secure_filename werkzeug.wrappers.Request werkzeug.wrappers.Response
wtforms.FileField wtforms.Form wtforms.StringField wtforms.validators.InputRequired
wtforms.validators.ValidationError flask_restful flask_sqlalchemy flask sqlalchemy
jinja2 sys
""".split()
# What objects of a site have.
ATTRIBUTES = """
api.add_resource api.representation app.__call__ app.add_url_rule app.app_context
app.config app.config.from_object app.config.update app.errorhandler app.name
app.register_blueprint app.response_class app.root_path app.route app.run
app.secret_key app.template_filter app.template_global app.test_request_context
app.url_map.converters app.wsgi_app db.Model db.create_all db.drop_all db.init_app
db.model db.session db.session.add db.session.commit db.session.remove form.errors
form.validate form.validate_on_submit manager.add_command manager.command
manager.option manager.run parser.add_argument parser.parse_args query.filter
query.get query.order_by request.args request.args.get request.base_url
request.cookies request.files request.files.get request.form request.form.get
request.full_path request.headers request.host request.host_url request.method
request.path request.referrer request.script_root request.url request.url_root
request.values response.delete_cookie response.headers response.set_cookie
session.add session.add_all session.clear session.commit session.delete session.get
session.merge session.permanent session.pop session.query avatar.save field.data
""".split()
# The settings, all of them in one app.
SETTINGS = """
APPLICATION_ROOT EXPLAIN_TEMPLATE_LOADING JSONIFY_MIMETYPE
JSONIFY_PRETTYPRINT_REGULAR JSON_AS_ASCII JSON_SORT_KEYS LOGGER_HANDLER_POLICY
LOGGER_NAME MAX_CONTENT_LENGTH PERMANENT_SESSION_LIFETIME PREFERRED_URL_SCHEME
PRESERVE_CONTEXT_ON_EXCEPTION PROPAGATE_EXCEPTIONS SECRET_KEY
SEND_FILE_MAX_AGE_DEFAULT SERVER_NAME SESSION_COOKIE_DOMAIN SESSION_COOKIE_HTTPONLY
SESSION_COOKIE_NAME SESSION_COOKIE_PATH SESSION_COOKIE_SECURE
SESSION_REFRESH_EACH_REQUEST SQLALCHEMY_DATABASE_URI SQLALCHEMY_MAX_OVERFLOW
SQLALCHEMY_POOL_SIZE TEMPLATES_AUTO_RELOAD TRAP_BAD_REQUEST_ERRORS
TRAP_HTTP_EXCEPTIONS USE_X_SENDFILE
""".split()
# The tags and filters of templates.
TEMPLATE_WORDS = """
autoescape break continue default escape extends for if import include safe set with
any option static templates
""".split()

# Test → the other names that it runs.
TESTS = {
    f"{_APP}::test_functions_are_called_once_before_the_first_request": (
        "before_first_request before_request"
    ),
    f"{_APP}::test_the_environment_turns_debug_on": "FLASK_ENV FLASK_DEBUG debug",
    f"{_APP}::test_subdomains_are_matched_where_a_rule_has_one": "subdomain",
    "tests/cli/test_locate_app.py"
    "::test_the_environment_takes_precedence_over_files": "FLASK_APP app.py",
    "tests/cli/test_run.py": "flask_run",
    "tests/script/test_script.py::test_a_positional_argument_is_passed": (
        "@manager.command"
    ),
    "tests/script/test_script.py"
    "::test_commands_of_another_file_are_added_under_a_name": (
        "@db_manager.command db_script.db_manager"
    ),
    "tests/script/test_script.py::test_options_are_passed": "@manager.option",
    "tests/script/test_script.py::test_help_of_a_group_lists_its_commands": (
        "python_manage.py_db manager.py"
    ),
    "tests/db/test_commands.py::test_from_nothing_to_a_table_and_back": (
        "flask_db_init flask_db_migrate flask_db_upgrade flask_db_downgrade"
        " python_manage.py_db_init python_manage.py_db_migrate"
        " python_manage.py_db_upgrade"
    ),
    f"{_DB}::test_alembic_by_itself": (
        "alembic_init alembic_revision alembic_upgrade alembic.ini sqlalchemy.url"
        " target_metadata"
    ),
    f"{_DB}::test_sqlalchemy_by_itself": (
        "create_engine declarative_base sessionmaker engine"
    ),
    f"{_DB}::test_relationships_and_cascades": "relationship backref user.articles",
    f"{_DB}::test_order_limit_and_slices": "desc slice",
    f"{_DB}::test_groups_joins_and_subqueries": "subquery label func",
    f"{_DB}::test_changing_and_deleting": "delete update_time",
    "tests/db/test_declarative.py::test_a_class_names_its_table": "__tablename__",
    "tests/db/test_query.py::test_dynamic_relationships_are_queries": "dynamic select",
    "tests/tasks/test_notes.py": "CELERY_BROKER_URL CELERY_RESULT_BACKEND",
    "tests/tasks/celery/test_argv.py": "celery_worker app2.tasks.celery_obj.celery",
    "tests/legacy/packages/test_flask_cache.py::test_a_page_is_cached": (
        "@cache.cached CACHE_TYPE"
    ),
    "tests/legacy/packages/test_flask_login.py::test_flags_may_be_called": (
        "@login_manager.user_loader"
    ),
    "tests/rest/test_notes.py": "@api.representation api get put post",
    f"{_NAMES}::test_the_other_names": (
        "@app.errorhandler @app.route @app.template_filter @app.template_global"
        " @account.route @blue.route @order.route .views.account .views.order"
        " blueprints.user.user_bp news.news_list news.static add_url_rule"
        " after_request teardown_request context_processor errorhandler as_view"
        " decorators view_func endpoint current_app url_for request session redirect"
        " render_template send_from_directory set_cookie cookie force_type string int"
        " float path uuid regex dict connect query db models datetime"
    ),
    "tests/legacy/test_apps.py"
    "::test_each_site_is_driven_and_each_old_name_has_its_edit": (
        "app2.create_app crm.create_app crm.db exts.db zhiliao.app app mycrm"
        " app.views.__init__ api.html"
    ),
}
# Written wrongly in the notes, so that it never ran → what is meant.
MISSPELT = {
    "app.deubg": "app.debug",
    "app.regist_blueprint": "app.register_blueprint",
    "app.runn": "app.run",
    "delarative_base": "declarative_base",
    "dipatch_request": "dispatch_request",
    "flashed": "flash",
    "manage.commad": "manager.command",
    "manager.add_commad": "manager.add_command",
    "sqlalchemy.or___query": "sqlalchemy.or_, and query on a line of its own",
    "sqlallchemy.create_engine": "sqlalchemy.create_engine",
    "test_requests_context": "app.test_request_context",
}
# Not of Python: Redis, hosts, folders, words of sentences.
ELSEWHERE = """
appendfilename rdbfilename redis.conf reids.conf dir http html python jd.com
jingdong.com www.jd.com www.jingdong.com python_manage.py_db_xxx method key or url save
""".split()


def list_rows() -> dict[str, str]:
    """Return the name of each test by the name that it is for."""
    rows = dict.fromkeys(IMPORTS, _IMPORTS) | dict.fromkeys(ATTRIBUTES, _ATTRIBUTES)
    rows |= dict.fromkeys(SETTINGS, _SETTINGS)
    rows |= dict.fromkeys(TEMPLATE_WORDS, _TEMPLATES)
    for test, names in TESTS.items():
        rows |= dict.fromkeys(names.split(), test)
    return rows


def list_known() -> set[str]:
    """Return every name that the project knows, with `_` for a space."""
    return {*list_rows(), *MISSPELT, *ELSEWHERE}
