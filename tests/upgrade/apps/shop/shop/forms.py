from flask.ext.wtf import Form
from wtforms import IntegerField, SubmitField, TextField
from wtforms.fields.html5 import EmailField
from wtforms.validators import Length, Required, ValidationError


class OrderForm(Form):
    email = EmailField('Email', validators=[Required(), Length(3, 120)])
    amount = IntegerField('How many', default=1)
    note = TextField('Note')
    submit = SubmitField('Order')

    def validate_email(self, field):
        if '@' not in field.data:
            raise ValidationError('That is no address.')
