"""Stories that cross features: becoming an administrator, being imported or disabled, leaving.

Each is told here by calling what the features below offer, in one transaction: there is nobody
listening elsewhere, and nothing of it happens without the rest.
"""

from .administrators import make_administrator
from .importing import import_company
from .leave import leave, leave_many
from .standing import disable, enable

__all__ = ["disable", "enable", "import_company", "leave", "leave_many", "make_administrator"]
