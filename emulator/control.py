"""The control API: what a person at the bench does to the world outside the modem, over HTTP and JSON.

``POST /emulator/sms`` lets the network deliver an SMS, ``POST /emulator/broadcast`` a cell broadcast, ``GET
/emulator/sent`` tells what the network took from modems, ``GET /emulator/state`` how everything stands. It has no
password, so it listens to programs on this machine and not to web pages: a request must name the host by its address
(no DNS rebinding), must not come from another origin, and must carry JSON, which a form on a foreign page cannot.
"""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from modem.wire.address import Address
from modem.wire.errors import PduError

from .bench import Bench
from .firmware.modem import SoftModem

MAX_TEXT = 255 * 153


def add_control(app: web.Application, bench: Bench) -> None:
    """Add the control API's routes to an application."""
    control = _Control(bench)
    app.middlewares.append(_local_programs_only)
    app.router.add_post("/emulator/sms", control.deliver)
    app.router.add_post("/emulator/broadcast", control.broadcast)
    app.router.add_get("/emulator/sent", control.sent)
    app.router.add_get("/emulator/state", control.state)


class _Control:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def deliver(self, request: web.Request) -> web.Response:
        """``{"from": "+4917...", "text": "...", "sim": "device-1"}``; 202 once the SMS centre has it."""
        order = await _object(request)
        sender, text = order.get("from"), order.get("text")
        if not isinstance(sender, str) or not isinstance(text, str) or not text or len(text) > MAX_TEXT:
            raise _refuse(f"from and text are needed, text of 1 to {MAX_TEXT} characters")
        if not sender.isprintable() or not is_unicode(text):
            raise _refuse("from has control characters, or text has characters that are none")
        try:
            originator = Address.of(sender)
        except PduError as error:
            raise _refuse(str(error)) from None
        modem = self._modem(order.get("sim"))
        if modem.card is None:
            raise _refuse(f"{modem.name} has no SIM")
        try:
            parts = self._bench.smsc.send_text(originator, modem.card.imsi, text)
        except PduError as error:
            raise _refuse(str(error)) from None
        return web.json_response({"accepted": True, "to": modem.card.msisdn, "parts": parts}, status=202)

    async def broadcast(self, request: web.Request) -> web.Response:
        """``{"id": 4370, "text": "...", "language": "en"}``; 202 once the pages are on the air."""
        order = await _object(request)
        identifier, text, language = order.get("id"), order.get("text"), order.get("language")
        if type(identifier) is not int or not isinstance(text, str) or not is_unicode(text):
            raise _refuse("id and text are needed, id a number of 0 to 65535")
        if language is not None and (not isinstance(language, str) or len(language) != 2):
            raise _refuse("language has two letters")
        try:
            pages = self._bench.network.broadcast(identifier, text, language=language)
        except PduError as error:
            raise _refuse(str(error)) from None
        return web.json_response({"accepted": True, "pages": pages}, status=202)

    async def sent(self, _request: web.Request) -> web.Response:
        """What the network took from modems, oldest first."""
        return web.json_response(
            [
                {"at": message.at, "from": message.sender, "to": message.to}
                | ({"text": message.body} if isinstance(message.body, str) else {"data": message.body.hex()})
                for message in self._bench.smsc.sent
            ]
        )

    async def state(self, _request: web.Request) -> web.Response:
        """Modems, their SIMs and registrations, and what waits for them."""
        return web.json_response(
            {
                "time": self._bench.clock.utc().isoformat(timespec="seconds"),
                "seed": self._bench.seed,
                "modems": [self._modem_state(modem) for modem in self._bench.modems],
            }
        )

    def _modem_state(self, modem: SoftModem) -> dict[str, Any]:
        card = modem.card
        state: dict[str, Any] = {
            "name": modem.name,
            "profile": modem.profile.name,
            "registration": modem.registration.status,
            "signal": modem.radio.signal,
        }
        if card is not None:
            state |= {"imsi": card.imsi, "iccid": card.iccid, "number": card.msisdn,
                      "waiting": self._bench.smsc.waiting(card.imsi)}  # fmt: skip
        return state

    def _modem(self, name: object) -> SoftModem:
        """The modem whose SIM has this SID or unique name; the first one without a name."""
        if name is None:
            return self._bench.modem
        for modem in self._bench.modems:
            sim = self._bench.cloud.sims.by_imsi(modem.card.imsi) if modem.card is not None else None
            if sim is not None and name in (sim.sid, sim.unique_name):
                return modem
        raise _refuse(f"no modem has a SIM called {name!r}")


def _refuse(message: str, kind: type[web.HTTPException] = web.HTTPBadRequest) -> web.HTTPException:
    return kind(reason=" ".join(message.split()))


async def _object(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise _refuse("the body must be JSON (Content-Type: application/json)", web.HTTPUnsupportedMediaType)
    try:
        order = await request.json()
    except (ValueError, LookupError, RecursionError):
        raise _refuse("the body is no JSON") from None
    if not isinstance(order, dict):
        raise _refuse("the body is no JSON object")
    return order


# A name can be made to point here by whoever owns it; an address cannot.
_HOST = re.compile(r"(localhost|[\d.]+|\[[\da-f:.]+\])(:\d+)?", re.IGNORECASE)


@web.middleware
async def _local_programs_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path.startswith("/emulator/"):
        host = request.headers.get("Host", "")
        origin = request.headers.get("Origin")
        if not _HOST.fullmatch(host) or (origin is not None and origin != f"{request.scheme}://{host}"):
            raise _refuse("not from here", web.HTTPForbidden)
    return await handler(request)


def is_unicode(text: str) -> bool:
    """Whether `text` has no lone surrogates, which are half a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
