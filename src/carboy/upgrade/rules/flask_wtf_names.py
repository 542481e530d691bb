"""Use FlaskForm, and fields from WTForms."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-wtf-names",
    title="Use FlaskForm, and fields from WTForms",
    why=(
        "Flask-WTF 0.13 renamed Form and CsrfProtect and 1.0 removed the "
        "old names; 0.9 stopped to export the fields of WTForms."
    ),
    package="flask-wtf",
    since="0.13",
    words=("flask_wtf", "flask.ext.wtf"),
    check=moved_names({
        "flask_wtf.Form": "flask_wtf.FlaskForm",
        "flask_wtf.form.Form": "flask_wtf.form.FlaskForm",
        "flask_wtf.CsrfProtect": "flask_wtf.CSRFProtect",
        "flask_wtf.csrf.CsrfProtect": "flask_wtf.csrf.CSRFProtect",
        "flask_wtf.BooleanField": "wtforms.BooleanField",
        "flask_wtf.DateField": "wtforms.DateField",
        "flask_wtf.DateTimeField": "wtforms.DateTimeField",
        "flask_wtf.DecimalField": "wtforms.DecimalField",
        "flask_wtf.FieldList": "wtforms.FieldList",
        "flask_wtf.FileField": "wtforms.FileField",
        "flask_wtf.FloatField": "wtforms.FloatField",
        "flask_wtf.FormField": "wtforms.FormField",
        "flask_wtf.HiddenField": "wtforms.HiddenField",
        "flask_wtf.IntegerField": "wtforms.IntegerField",
        "flask_wtf.PasswordField": "wtforms.PasswordField",
        "flask_wtf.RadioField": "wtforms.RadioField",
        "flask_wtf.SelectField": "wtforms.SelectField",
        "flask_wtf.SelectMultipleField": "wtforms.SelectMultipleField",
        "flask_wtf.SubmitField": "wtforms.SubmitField",
        "flask_wtf.TextAreaField": "wtforms.TextAreaField",
        "flask_wtf.StringField": "wtforms.StringField",
        "flask_wtf.TextField": "wtforms.StringField",
        "flask_wtf.validators": "wtforms.validators",
        "flask_wtf.ValidationError": "wtforms.ValidationError",
        "flask_wtf.Email": "wtforms.validators.Email",
        "flask_wtf.EqualTo": "wtforms.validators.EqualTo",
        "flask_wtf.IPAddress": "wtforms.validators.IPAddress",
        "flask_wtf.Length": "wtforms.validators.Length",
        "flask_wtf.NumberRange": "wtforms.validators.NumberRange",
        "flask_wtf.Optional": "wtforms.validators.Optional",
        "flask_wtf.Regexp": "wtforms.validators.Regexp",
        "flask_wtf.URL": "wtforms.validators.URL",
        "flask_wtf.AnyOf": "wtforms.validators.AnyOf",
        "flask_wtf.NoneOf": "wtforms.validators.NoneOf",
        "flask_wtf.InputRequired": "wtforms.validators.InputRequired",
        "flask_wtf.DataRequired": "wtforms.validators.DataRequired",
        "flask_wtf.Required": "wtforms.validators.DataRequired",
        "flask_wtf.widgets": "wtforms.widgets",
        "flask_wtf.fields": "wtforms.fields",
    }),
    examples=(
        (
            "from flask_wtf import Form\n\n\nclass Login(Form): ...\n",
            "from flask_wtf import FlaskForm\n\n\nclass Login(FlaskForm): ...\n",
        ),
    ),
)
