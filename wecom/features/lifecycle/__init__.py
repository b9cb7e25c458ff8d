"""Stories that cross features: becoming an administrator, being disabled, leaving the company.

Each is told here by calling what the features below offer, in one transaction: there is nobody
listening elsewhere, and nothing of it happens without the rest.
"""

from .administrators import make_administrator
from .leave import leave
from .standing import disable, enable

__all__ = ["disable", "enable", "leave", "make_administrator"]
