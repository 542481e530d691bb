"""Flask-WTF: forms, and the protection against forged requests."""

from carboy.legacy.rows import Row, rows_of, same_names

from .wtf_form import CSRF_ENABLED

_FORM = {"FlaskForm": "carboy.legacy.packages.wtf_form:OldFlaskForm"}
_FORM_EDIT = "from carboy.forms import FlaskForm"
_CSRF = {
    "CSRFProtect": "carboy.forms:CSRFProtect",
    "CSRFError": "carboy.forms:CsrfError",
    "generate_csrf": "carboy.forms:csrf_token",
}
_FILES = same_names("carboy.forms.files", "FileRequired FileAllowed FileSize") | {
    "file_required": "carboy.forms.files:FileRequired",
    "file_allowed": "carboy.forms.files:FileAllowed",
    "file_size": "carboy.forms.files:FileSize",
    "FileField": "wtforms:FileField",
    "MultipleFileField": "wtforms:MultipleFileField",
}


def _old_names(module: str) -> tuple[Row, ...]:
    """Return the names that Flask-WTF itself has no more."""
    return (
        Row(
            f"{module}.Form",
            "Flask-WTF 1.0 (FlaskForm since 0.13)",
            f"{module}:FlaskForm",
            "from carboy.forms import FlaskForm",
            module=module,
        ),
    )


def _old_csrf(module: str) -> tuple[Row, ...]:
    return (
        Row(
            f"{module}.CsrfProtect",
            "Flask-WTF 1.0 (CSRFProtect since 0.14)",
            f"{module}:CSRFProtect",
            "from carboy.forms import CSRFProtect",
            module=module,
        ),
    )


# What Flask-WTF had of WTForms, so that one import was enough.
_FIELDS = (
    "BooleanField DateField DateTimeField DecimalField FieldList FloatField FormField"
    " HiddenField IntegerField PasswordField RadioField SelectField"
    " SelectMultipleField StringField SubmitField TextAreaField FileField"
)
_VALIDATORS = (
    "AnyOf DataRequired Email EqualTo InputRequired IPAddress Length NoneOf"
    " NumberRange Optional Regexp URL ValidationError"
)
_WTFORMS = (
    same_names("wtforms.fields", _FIELDS)
    | same_names("wtforms.validators", _VALIDATORS)
    | same_names("wtforms", "fields validators widgets")
    | {
        "TextField": "wtforms:StringField",
        "Required": "wtforms.validators:DataRequired",
        "required": "wtforms.validators:DataRequired",
        "email": "wtforms.validators:Email",
        "equal_to": "wtforms.validators:EqualTo",
        "length": "wtforms.validators:Length",
    }
    | same_names("carboy.forms.files", "FileAllowed FileRequired")
    | {
        "file_allowed": "carboy.forms.files:FileAllowed",
        "file_required": "carboy.forms.files:FileRequired",
    }
)
_HTML5 = "SearchField TelField URLField EmailField DateField IntegerField DecimalField"

MODULES = (
    "flask_wtf",
    "flask_wtf.csrf",
    "flask_wtf.file",
    "flask_wtf.form",
    "flask_wtf.html5",
)
ROWS = (
    CSRF_ENABLED,
    *rows_of("flask_wtf", "", _FORM, _FORM_EDIT),
    *rows_of("flask_wtf", "", _CSRF),
    *_old_names("flask_wtf"),
    *rows_of("flask_wtf", "Flask-WTF 0.9", _WTFORMS),
    *rows_of("flask_wtf.html5", "Flask-WTF 0.15", same_names("wtforms.fields", _HTML5)),
    *_old_csrf("flask_wtf"),
    *rows_of("flask_wtf.csrf", "", _CSRF),
    *_old_csrf("flask_wtf.csrf"),
    *rows_of("flask_wtf.file", "", _FILES),
    *rows_of("flask_wtf.form", "", _FORM, _FORM_EDIT),
    *_old_names("flask_wtf.form"),
)
