"""The Commands API over HTTP: parsing requests, authentication, and JSON for every answer. No rules in here."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware

from . import paging
from .errors import ApiError
from .http_inspector import add_inspector
from .inspector import MAX_BODY, Inspector
from .model import Account
from .service import Cloud

MAX_FIELDS = 100
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Twilio API"'}

COMMAND_FILTERS = ("Status", "Direction", "Transport", "Sim")
SIM_FILTERS = ("Status", "Iccid", "RatePlan")


def build_app(cloud: Cloud, inspector: Inspector | None = None) -> web.Application:
    """The web application: the API below ``/v1`` and, with an inspector, ``/inspect/NAME``.

    More routes may be added to it; their HTTP errors become JSON as well.
    """
    app = web.Application(middlewares=[_errors_as_json, _guard(cloud.account)], client_max_size=MAX_BODY)
    api = _Api(cloud)
    # The vendor's own request collection ends addresses in a slash now and then.
    for method, path, handler in (
        ("GET", "/v1/Commands", api.list_commands),
        ("POST", "/v1/Commands", api.create_command),
        ("GET", "/v1/Commands/{name}", api.fetch_command),
        ("DELETE", "/v1/Commands/{name}", api.delete_command),
        ("GET", "/v1/Sims", api.list_sims),
        ("GET", "/v1/Sims/{name}", api.fetch_sim),
        ("POST", "/v1/Sims/{name}", api.update_sim),
    ):
        app.router.add_route(method, path + "{slash:/?}", handler)
    if inspector is not None:
        add_inspector(app, inspector)
    return app


class _Api:
    """One method for each operation."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def create_command(self, request: web.Request) -> web.Response:
        command = self._cloud.commands.create(await _form(request))
        return web.json_response(command.to_json(_base(request)), status=201)

    async def fetch_command(self, request: web.Request) -> web.Response:
        command = self._cloud.commands.fetch(request.match_info["name"])
        return web.json_response(command.to_json(_base(request)))

    async def delete_command(self, request: web.Request) -> web.Response:
        self._cloud.commands.delete(request.match_info["name"])
        return web.Response(status=204)

    async def list_commands(self, request: web.Request) -> web.Response:
        query = _query(request)
        page = self._cloud.commands.page(query, strict=self._cloud.strict_paging)
        return _page(request, page, "commands", "Commands", query, COMMAND_FILTERS)

    async def fetch_sim(self, request: web.Request) -> web.Response:
        sim = self._cloud.sims.fetch(request.match_info["name"])
        return web.json_response(sim.to_json(_base(request)))

    async def update_sim(self, request: web.Request) -> web.Response:
        sim = self._cloud.sims.update(request.match_info["name"], await _form(request))
        return web.json_response(sim.to_json(_base(request)))

    async def list_sims(self, request: web.Request) -> web.Response:
        query = _query(request)
        page = self._cloud.sims.page(query, strict=self._cloud.strict_paging)
        return _page(request, page, "sims", "Sims", query, SIM_FILTERS)


def _base(request: web.Request) -> str:
    """The API's address as this client sees it. Never the vendor's: a client would follow it with its credentials."""
    return f"{request.scheme}://{request.host}/v1"


def _page(
    request: web.Request,
    page: paging.Page[paging.T],
    key: str,
    resource: str,
    query: Mapping[str, str],
    filters: tuple[str, ...],
) -> web.Response:
    used = {name: query[name] for name in filters if query.get(name)}
    return web.json_response(paging.to_json(page, key, f"{_base(request)}/{resource}", used))


def _query(request: web.Request) -> dict[str, str]:
    return _fields(request.rel_url.raw_query_string)


# What aiohttp makes of a multipart body that is broken, or names a charset or an encoding that nobody knows.
_UNREADABLE = (HttpProcessingError, LookupError, RuntimeError, TypeError, ValueError)


async def _form(request: web.Request) -> dict[str, str]:
    """The fields of the body, urlencoded or multipart; the last one counts of those with one name.

    Raises ApiError 33101 when it cannot be read.
    """
    if request.content_type == MULTIPART:
        try:
            fields = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
            urlencode(fields)  # raises for half characters, which some charsets can spell
        except _UNREADABLE:
            raise ApiError(33101, "The body is no readable multipart form") from None
        return fields
    body = await request.read()
    if body and "Content-Type" in request.headers and request.content_type != FORM:
        raise ApiError(33101, f"The body must be a form ({FORM} or {MULTIPART})", status=415)
    try:
        return _fields(body.decode())
    except UnicodeDecodeError:
        raise ApiError(33101, "The form is not UTF-8") from None


def _fields(encoded: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except UnicodeDecodeError:
        raise ApiError(33101, "The parameters are not UTF-8") from None
    except ValueError:
        raise ApiError(33101, f"More than {MAX_FIELDS} parameters") from None


def _guard(account: Account) -> Middleware:
    """Lets nobody below ``/v1`` without the account's credentials, be the path known or not."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if f"{request.path}/".startswith("/v1/") and not account.admits(*_credentials(request)):
            raise ApiError(20003)
        return await handler(request)

    return guard


def _credentials(request: web.Request) -> tuple[str, str]:
    """User name and password (RFC 7617); empty ones when there are none, or they are not readable."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    username, _, password = text.partition(":")
    return username, password


_CODES = {404: 20404, 405: 20004}


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """JSON for every refusal, those of the web framework included: from HTML the official client learns no code."""
    try:
        return await handler(request)
    except ApiError as error:
        return web.json_response(
            error.to_json(), status=error.status, headers=CHALLENGE if error.status == 401 else None
        )
    except web.RequestPayloadError:
        answer = ApiError(33101, "The body does not match its Content-Encoding or its length")
        return web.json_response(answer.to_json(), status=answer.status)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        answer = ApiError(
            _CODES.get(error.status, 33101),
            f"The requested resource {request.path} was not found" if error.status == 404 else error.reason,
            status=error.status,
        )
        return web.json_response(answer.to_json(), status=error.status, headers=allow)
    except Exception as error:
        # A client must be able to tell our mistake from its own, and learns nothing else about it.
        logging.getLogger("aiohttp.server").exception("%s %s", request.method, request.path, exc_info=error)
        return web.json_response(ApiError(20500).to_json(), status=500)
