"""Who may do what: policies, roles and permissions, asked by one function, `can`."""

from carboy.site import describe_view, mark_access

from .current import AccessState, access_state
from .decorators import permission_required, policy_required, roles_required
from .errors import AccessDeniedError, PolicyError, UnknownActionError
from .policies import authorize, can, policies as policy_registry, policy
from .report import describe_access
from .roles import (
    RolesMixin,
    add_role,
    define_role,
    list_roles,
    remove_role,
    roles,
    roles_of,
)

__all__ = [
    "AccessDeniedError",
    "AccessState",
    "PolicyError",
    "RolesMixin",
    "UnknownActionError",
    "access_state",
    "add_role",
    "authorize",
    "can",
    "define_role",
    "describe_access",
    "describe_view",
    "list_roles",
    "mark_access",
    "permission_required",
    "policy",
    "policy_registry",
    "policy_required",
    "remove_role",
    "roles",
    "roles_of",
    "roles_required",
]
