"""What administrators set while the server runs: kept in the database, it wins over what the server was started with.

Each process keeps one `Settings` for all who read them, as they were given to it, and a `Live` that asks the database
once a second what was changed: within two seconds every process does as it is set, and a new one before it serves.
What this version does not accept, since another one wrote it, is passed over.
"""

from .change import change_settings
from .live import Live
from .model import CHANGEABLE, Changed, NewValues, Setting
from .standing import all_settings, as_set, changed_settings

__all__ = [
    "CHANGEABLE",
    "Changed",
    "Live",
    "NewValues",
    "Setting",
    "all_settings",
    "as_set",
    "change_settings",
    "changed_settings",
]
