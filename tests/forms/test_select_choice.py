"""The choice of a select field is that of WTForms."""

import wtforms

from carboy.forms import SelectChoice


def test_a_choice_is_that_of_wtforms():
    class Form(wtforms.Form):
        status = wtforms.SelectField(choices=[SelectChoice("draft", "Draft")])

    assert SelectChoice is wtforms.fields.SelectChoice
    assert '<option value="draft">Draft</option>' in Form().status()
