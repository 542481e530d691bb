"""Use the names of fields and validators that WTForms 3 has."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="wtforms-names",
    title="Use the names of fields and validators that WTForms 3 has",
    why=(
        "WTForms 3.0 removed TextField and Required, the older names of "
        "StringField and DataRequired."
    ),
    package="wtforms",
    since="3.0",
    words=("TextField", "equired", "wtforms.fields.core", "wtforms.fields.simple"),
    check=moved_names({
        "wtforms.TextField": "wtforms.StringField",
        "wtforms.fields.TextField": "wtforms.fields.StringField",
        "wtforms.fields.core.TextField": "wtforms.fields.core.StringField",
        "wtforms.fields.simple.TextField": "wtforms.fields.simple.StringField",
        "wtforms.validators.Required": "wtforms.validators.DataRequired",
        "wtforms.validators.required": "wtforms.validators.data_required",
        "wtforms.validators.None": "wtforms.validators.Optional",
    }),
    examples=(
        (
            (
                "from wtforms import TextField\n"
                "from wtforms.validators import Required\n"
                "\n"
                'name = TextField("Name", validators=[Required()])\n'
            ),
            (
                "from wtforms import StringField\n"
                "from wtforms.validators import DataRequired\n"
                "\n"
                'name = StringField("Name", validators=[DataRequired()])\n'
            ),
        ),
    ),
)
