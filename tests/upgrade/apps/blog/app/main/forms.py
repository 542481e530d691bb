from flask.ext.wtf import Form
from wtforms import TextField, TextAreaField, SubmitField
from wtforms.validators import Required, Length


class PostForm(Form):
    title = TextField('Title', validators=[Length(0, 64)])
    body = TextAreaField("What's on your mind?", validators=[Required()])
    submit = SubmitField('Submit')
