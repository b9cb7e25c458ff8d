"""What the console for administrators asks for beyond what every client does."""

from . import apps, exports, imports, jobs, ldap, overview, people, proofs, settings

__all__ = ["apps", "exports", "imports", "jobs", "ldap", "overview", "people", "proofs", "settings"]
