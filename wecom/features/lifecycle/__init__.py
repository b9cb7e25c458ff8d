"""Stories that cross features: becoming an administrator, being imported, read from LDAP or
disabled, leaving.

Each is told here by calling what the features below offer, in one transaction: there is nobody
listening elsewhere, and nothing of it happens without the rest.
"""

from . import asking_ldap, jobs
from .administrators import make_administrator
from .importing import import_company, replace_members
from .leave import Leaving, leave, leave_many, leaving
from .listening import Listening
from .relinking import leave_ldap, relink, unlink
from .standing import disable, enable, keep_out
from .syncing import Synced, sync_all, sync_some

__all__ = [
    "Leaving",
    "Listening",
    "Synced",
    "asking_ldap",
    "disable",
    "enable",
    "import_company",
    "jobs",
    "keep_out",
    "leave",
    "leave_ldap",
    "leave_many",
    "leaving",
    "make_administrator",
    "relink",
    "replace_members",
    "sync_all",
    "sync_some",
    "unlink",
]
