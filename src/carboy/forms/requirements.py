"""Raises, when it is imported, if WTForms is missing.

Modules that a site imports by their own name import it first: else the error would
name a package and not the extra.
"""

from carboy.extras import require_extra

require_extra("forms")
