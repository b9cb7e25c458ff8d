"""What the console for administrators asks for beyond what every client does."""

from . import exports, imports, people

__all__ = ["exports", "imports", "people"]
