"""Random templates, rendered with Jinja's code generator and with ours."""
