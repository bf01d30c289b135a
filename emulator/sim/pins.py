"""Commands that present, change and switch PINs; the same octets in both classes (TS 102.221 11.1.9 to 11.1.13)."""

from __future__ import annotations

import re

from .apdu import Apdu, Refused, Response, Wrong
from .secrets import Secret

VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK = 0x20, 0x24, 0x26, 0x28, 0x2C

_PIN = re.compile(rb"[0-9]{4,8}\xff*")


def presented(octets: bytes) -> str:
    """What was presented as a PIN, a PUK or a key: up to eight octets, filled up with FF."""
    return octets.rstrip(b"\xff").decode("latin-1")


def _new(octets: bytes) -> str:
    if _PIN.fullmatch(octets) is None:
        raise Refused(Wrong.DATA)
    return presented(octets)


def verify(secret: Secret, apdu: Apdu) -> Response:
    """VERIFY PIN."""
    octets = apdu.take(8)
    _expect(secret, enabled=True)
    return _outcome(secret, secret.verify(presented(octets)))


def change(secret: Secret, apdu: Apdu) -> Response:
    """CHANGE PIN: the old one and the new one."""
    octets = apdu.take(16)
    _expect(secret, enabled=True)
    return _outcome(secret, secret.change(presented(octets[:8]), _new(octets[8:])))


def switch(secret: Secret, apdu: Apdu, enabled: bool) -> Response:
    """ENABLE PIN and DISABLE PIN."""
    octets = apdu.take(8)
    _expect(secret, enabled=not enabled)
    return _outcome(secret, secret.enable(enabled, presented(octets)))


def unblock(secret: Secret, apdu: Apdu) -> Response:
    """UNBLOCK PIN: the PUK and a new PIN."""
    octets = apdu.take(16)
    if not secret.puk_tries:
        raise Refused(Wrong.BLOCKED)
    if not secret.unblock(presented(octets[:8]), _new(octets[8:])):
        raise Refused(Wrong.PIN, secret.puk_tries)
    return Response()


def _expect(secret: Secret, enabled: bool) -> None:
    if secret.blocked:
        raise Refused(Wrong.BLOCKED)
    if secret.enabled is not enabled:
        raise Refused(Wrong.DISABLED if enabled else Wrong.CONDITIONS)


def _outcome(secret: Secret, right: bool) -> Response:
    if not right:
        raise Refused(Wrong.PIN, secret.pin_tries)
    return Response()
