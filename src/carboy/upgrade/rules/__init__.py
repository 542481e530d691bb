"""The rules: each module defines one, as RULE."""
