"""What the console for administrators asks for beyond what every client does."""

from . import exports, imports, jobs, ldap, overview, people

__all__ = ["exports", "imports", "jobs", "ldap", "overview", "people"]
