"""WeCom's server API under `/cgi-bin/`: Tencent's words and numbers are spoken here and nowhere else.

An app shows its access token in the query; every answer is HTTP 200 with an `errcode`. One module per
chapter of Tencent's; `chapters` lists them. The spellings (`a|b`, 0 and 1, seconds, numbers sent as
strings) are types in `wire`, the numbers of refusals one table in `errcodes`. The rules are the
features', which our own clients' API calls just the same. `/cgi-bin/openapi.json` describes every call.
"""

from .chapters import CHAPTERS, cgi_endpoints, chapters, provided
from .document import openapi, pages
from .door import CgiDoor
from .export_files import files
from .media import pictures

__all__ = ["CHAPTERS", "CgiDoor", "cgi_endpoints", "chapters", "files", "openapi", "pages", "pictures", "provided"]
