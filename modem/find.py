"""Which of this machine's ports is a modem's: first by what the USB device says it is, then by asking."""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple

from .client import Modem
from .errors import ModemError
from .ports import Candidate, candidates

PROBE_TIMEOUT = 8.0  # seconds for one port


class Usb(NamedTuple):
    """What a USB id stands for: its name, and the interfaces (bInterfaceNumber) that speak AT, best first."""

    name: str
    interfaces: tuple[int, ...]


# From ModemManager's udev rules and Linux' option driver. An empty tuple: every interface has to be asked.
USB_MODEMS: dict[tuple[int, int], Usb] = {
    (0x2C7C, 0x0121): Usb("Quectel EC21", (2, 3)),
    (0x2C7C, 0x0125): Usb("Quectel EC25/EG25-G", (2, 3)),
    (0x2C7C, 0x0128): Usb("Quectel EM060K", (5,)),
    (0x2C7C, 0x0191): Usb("Quectel EG91", (2, 3)),
    (0x2C7C, 0x0195): Usb("Quectel EG95", (2, 3)),
    (0x2C7C, 0x0296): Usb("Quectel BG96", (2, 3)),
    (0x2C7C, 0x0306): Usb("Quectel EG06", (2, 3)),
    (0x2C7C, 0x0512): Usb("Quectel EG12", (2, 3)),
    (0x1E0E, 0x9001): Usb("SIMCom SIM7600 family", (2, 3)),
    (0x1E0E, 0x9011): Usb("SIMCom A7600", (4, 5)),
    (0x1E0E, 0x9205): Usb("SIMCom SIM7070 family", (2, 3)),
    (0x1E0E, 0x9206): Usb("SIMCom SIM7070 family", (2, 5)),
    (0x05C6, 0x90B2): Usb("u-blox SARA-R410M", ()),
    (0x05C6, 0x908B): Usb("u-blox LARA-R6", (1, 2)),
    (0x1546, 0x1102): Usb("u-blox LISA-U2/SARA-U2", (0, 2, 4)),
    (0x1546, 0x1107): Usb("u-blox TOBY-R2/LARA-R2", (0, 2, 4)),
    (0x1546, 0x110A): Usb("u-blox TOBY-R2/LARA-R2", (0, 2, 4)),
    (0x1546, 0x1010): Usb("u-blox TOBY-L4", (6,)),
    (0x12D1, 0x1506): Usb("Huawei stick", ()),
    (0x12D1, 0x1001): Usb("Huawei stick", ()),
    (0x12D1, 0x1003): Usb("Huawei stick", ()),
    (0x12D1, 0x1406): Usb("Huawei stick", ()),
    (0x12D1, 0x140C): Usb("Huawei stick", ()),
    (0x12D1, 0x14AC): Usb("Huawei stick", ()),
    (0x12D1, 0x155E): Usb("Huawei E3372h-320", ()),
    (0x12D1, 0x1573): Usb("Huawei ME909/MU609", ()),
    (0x12D1, 0x15C1): Usb("Huawei ME909s", ()),
    (0x1199, 0x68C0): Usb("Sierra RC7611/MC7304", (3,)),
    (0x1199, 0x9071): Usb("Sierra MC74xx", (3,)),
    (0x1199, 0x9079): Usb("Sierra EM7455", (3,)),
    (0x1199, 0x9091): Usb("Sierra EM7565", (3,)),
    (0x1199, 0xC001): Usb("Sierra HL78xx", (0, 2)),
    (0x1BC7, 0x1201): Usb("Telit LE910C1", (4, 5)),
    (0x19D2, 0x0031): Usb("ZTE stick", ()),
    (0x19D2, 0x0117): Usb("ZTE stick", ()),
    (0x19D2, 0x2003): Usb("ZTE stick", ()),
}


class FoundModem(NamedTuple):
    """A port, and what it answered. `problem` is None for one that speaks AT."""

    path: str
    name: str  # what the USB device says it is
    manufacturer: str
    model: str
    imei: str
    problem: str | None

    def as_dict(self) -> dict[str, object]:
        """The fields that JSON output has."""
        return self._asdict()


def worth_asking(ports: list[Candidate]) -> list[Candidate]:
    """The ports to ask, the likely ones first; those known to be something else (GNSS, diagnostics) are left out."""
    ranked = []
    for port in ports:
        usb = _usb(port)
        if usb is None or not usb.interfaces or port.interface is None:
            ranked.append((50 if usb else 100, port))
        elif port.interface in usb.interfaces:
            ranked.append((usb.interfaces.index(port.interface), port))
    return [port for _, port in sorted(ranked, key=lambda pair: pair[0])]


async def find_modems(baudrate: int = 115200) -> list[FoundModem]:
    """Ask every port that may be a modem's, all at a time. `MODEM_PORT`, where it is set, is asked as well."""
    ports = worth_asking(candidates())
    named = os.environ.get("MODEM_PORT")
    if named and all(port.path != named for port in ports):
        ports.insert(0, Candidate(named, "MODEM_PORT", None, None, None, None))
    return list(await asyncio.gather(*(_ask(port, baudrate) for port in ports)))


async def _ask(port: Candidate, baudrate: int) -> FoundModem:
    usb = _usb(port)
    name = usb.name if usb else port.description
    try:
        async with asyncio.timeout(PROBE_TIMEOUT), Modem.open(port.path, baudrate=baudrate, bare=True) as modem:
            await modem.at("AT")
            manufacturer, model, imei = [await _text(modem, command) for command in ("+CGMI", "+CGMM", "+CGSN")]
            return FoundModem(port.path, name, manufacturer, model, imei, None)
    except TimeoutError:
        return FoundModem(port.path, name, "", "", "", "it answers too slowly: is the modem still booting?")
    except ModemError as error:
        return FoundModem(port.path, name, "", "", "", str(error))


async def _text(modem: Modem, command: str) -> str:
    try:
        lines = await modem.at(command)
    except ModemError:
        return ""
    return lines[0].removeprefix(f"{command}:").strip().strip('"') if lines else ""


def _usb(port: Candidate) -> Usb | None:
    if port.vendor is None or port.product is None:
        return None
    return USB_MODEMS.get((port.vendor, port.product))
