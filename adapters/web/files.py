"""The style sheet and the mark, for whoever mounts pages."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import web

_STATIC = Path(__file__).parent / "static"
_TYPES = {"style.css": "text/css", "mark.svg": "image/svg+xml"}
_FILES = {name: (_STATIC / name).read_bytes() for name in _TYPES}

# So that a browser never draws a new page with an old style sheet.
VERSION = hashlib.sha256(_FILES["style.css"]).hexdigest()[:12]


def file_named(name: str) -> web.Response | None:
    """One of the files, or None where there is none of that name."""
    if name not in _FILES:
        return None
    response = web.Response(body=_FILES[name], content_type=_TYPES[name], charset="utf-8")
    response.headers["Cache-Control"] = "max-age=3600"
    return response
