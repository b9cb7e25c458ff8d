"""What the console for administrators asks for beyond what every client does."""

from . import exports, imports, ldap, people

__all__ = ["exports", "imports", "ldap", "people"]
