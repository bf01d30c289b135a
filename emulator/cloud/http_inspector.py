"""The inspector over HTTP: ``/inspect/NAME``.

Every request is kept and answered with an empty 200, except somebody looking: a GET (or HEAD) is a look unless it
carries an ``X-Twilio-Signature``, which every callback does and no browser. So callbacks with the method GET are kept
as well, and curl shows what was received::

    curl http://127.0.0.1:2936/inspect/demo?format=json
"""

from __future__ import annotations

from aiohttp import web

from . import signatures
from .inspector import Inspector
from .inspector_page import HEADERS, page

PATH = "/inspect/{name:[A-Za-z0-9._~-]{1,64}}"


def add_inspector(app: web.Application, inspector: Inspector) -> None:
    """Add the inspector's route to an application."""

    async def inspect(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if request.method in ("GET", "HEAD") and signatures.HEADER not in request.headers:
            return _show(request, inspector, name)
        # The address as the sender wrote it: a signature covers every character.
        url = f"{request.scheme}://{request.host}{request.raw_path}"
        inspector.keep(name, request.method, url, request.headers.items(), await request.read())
        return web.Response()

    app.router.add_route("*", PATH, inspect)


def _show(request: web.Request, inspector: Inspector, name: str) -> web.Response:
    if request.query.get("format") == "json" or "application/json" in request.headers.get("Accept", ""):
        return web.json_response(inspector.to_json(name), headers={"Cache-Control": "no-store"})
    return web.Response(text=page(name, inspector.received(name)), content_type="text/html", headers=HEADERS)
