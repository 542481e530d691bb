"""A page of Dash with a callback."""

from dash import Dash, Input, Output, dcc, html

app = Dash("dash_site")
server = app.server
app.layout = html.Div([
    html.H1("Sums"),
    dcc.Input(id="number", value=1, type="number"),
    dcc.Dropdown(["one", "two"], "one", id="choice"),
    html.Div(id="sum"),
])


@app.callback(Output("sum", "children"), Input("number", "value"))
def double(value):
    """Return the text below the input."""
    return f"{value} and {value} are {2 * value}"
