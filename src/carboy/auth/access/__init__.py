"""Who may do what: policies, roles and permissions, asked by one function, `can`."""

from .current import AccessState, access_state
from .decorators import (
    mark_access,
    permission_required,
    policy_required,
    roles_required,
)
from .errors import AccessDeniedError, PolicyError, UnknownActionError
from .policies import authorize, can, policy
from .report import describe_access
from .roles import RolesMixin, define_role

__all__ = [
    "AccessDeniedError",
    "AccessState",
    "PolicyError",
    "RolesMixin",
    "UnknownActionError",
    "access_state",
    "authorize",
    "can",
    "define_role",
    "describe_access",
    "mark_access",
    "permission_required",
    "policy",
    "policy_required",
    "roles_required",
]
