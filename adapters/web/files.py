"""The style sheet, the logo and the one script, for the sandbox and for public pages."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import web

_STATIC = Path(__file__).parent / "static"
_TYPES = {"style.css": "text/css", "mark.svg": "image/svg+xml", "leaving.js": "text/javascript"}
_FILES = {name: (_STATIC / name).read_bytes() for name in _TYPES}

# In the addresses of the style sheet and the script, so that a browser never uses an old one with a new page.
VERSION = hashlib.sha256(_FILES["style.css"] + _FILES["leaving.js"]).hexdigest()[:12]


def file_named(name: str) -> web.Response | None:
    """The file of that name, None if there is none."""
    if name not in _FILES:
        return None
    response = web.Response(body=_FILES[name], content_type=_TYPES[name], charset="utf-8")
    response.headers["Cache-Control"] = "max-age=3600"
    return response
