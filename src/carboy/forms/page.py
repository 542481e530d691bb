"""`form_page(form)`: the whole content of a page that shows a form, in one line."""

from typing import Any

from markupsafe import Markup

from carboy.core import get_current_app
from carboy.errors import ConfigError

from .current_token import hidden_token
from .rendering import FormOptions, FormRenderer, to_markup
from .words import Words


def form_page(
    form: Any, title: str = "", lead: str = "", steps: Any = None, **options: Any
) -> Markup:
    """Return heading, error summary, fields and buttons of `form`.

    `options` are `submit`, `kind` (of that button), `action`, `cancel`, `update` and
    `method`, as in `ui.form`.
    """
    renderer = _make_renderer("form_page")
    words = renderer.words
    head = Markup("")
    if steps is not None:
        head += steps.render_progress(words)
        options = {**steps.render_options(words), **options}
        title = title or steps.title
    if title:
        head += Markup("<h1>{}</h1>\n").format(title)
    if lead:
        head += Markup('<p class="ui-lead">{}</p>\n').format(lead)
    return head + renderer.render(form, FormOptions(**options))


def form_field(field: Any, label: str = "", hint: str = "") -> Markup:
    """Return one field as `form_page` shows it, a list with its buttons.

    In a form written by hand, `form_page` is not there to stop Enter from pressing
    the first of these buttons: put a submit button before it.
    """
    text = _make_renderer("form_field").field(field, label=label, hint=hint)
    return to_markup(text)


def _make_renderer(name: str) -> FormRenderer:
    environment = get_current_app().jinja_env
    names: Any = environment.globals
    if "ui" not in names:
        msg = f"{name} needs the battery ui. Install it: app.use(UI())."
        raise ConfigError(msg)
    return FormRenderer(Words(names["ui_text"]), environment.filters, hidden_token)
