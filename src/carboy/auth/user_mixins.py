"""What a user object must be able to do: Flask-Login's mixins."""

from typing import Any


class UserMixin:
    """Defaults for a class of users that has an `id`."""

    # A class that defines __eq__ has no hash otherwise.
    __hash__ = object.__hash__

    @property
    def is_active(self) -> bool:
        """Whether the user may log in."""
        return True

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody who has logged in."""
        return self.is_active

    @property
    def is_anonymous(self) -> bool:
        """Whether this is a visitor without a login."""
        return False

    def get_id(self) -> str:
        """Return the id as text, as it is stored in the session."""
        try:
            value: Any = self.id  # type: ignore[attr-defined]  # of the subclass
        except AttributeError:
            msg = (
                f"{type(self).__name__} has no attribute `id`. Add one, or override "
                f"get_id()."
            )
            raise NotImplementedError(msg) from None
        return str(value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, UserMixin):
            return self.get_id() == other.get_id()
        return NotImplemented


class AnonymousUserMixin:
    """The user of a request without a login."""

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody who has logged in."""
        return False

    @property
    def is_active(self) -> bool:
        """Whether the user may log in."""
        return False

    @property
    def is_anonymous(self) -> bool:
        """Whether this is a visitor without a login."""
        return True

    def get_id(self) -> str | None:
        """Return None: a visitor has no id."""
        return None
