"""The native API: what our own clients speak. One module per resource; `groups` lists them all.

Callers are known by a session: browsers carry it in a cookie and prove with X-CSRF-Token that our own
page asked, other clients send `Authorization: Bearer`. Refusals are `Refusal` as JSON, with the HTTP
status of their sort. `/api/openapi.json` describes every call; `/api/docs` shows it to people.
`app_pages` are the pages on which members sign in to apps, at WeCom's addresses; `join_page` is where people ask to
join the company.
"""

from .app_pages import sign_in_pages
from .avatars import pictures
from .clients import clients
from .door import ApiDoor
from .groups import GROUPS, openapi, provided
from .join_page import join_pages
from .page import pages

__all__ = ["GROUPS", "ApiDoor", "clients", "join_pages", "openapi", "pages", "pictures", "provided", "sign_in_pages"]
