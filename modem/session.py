"""Bring-up: from a port in an unknown state to a modem that announces its messages.

Every step is tolerant, because for each there is a modem that refuses it; the order is the one that works on all of
them. What was found out stays in a `Session`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import commands
from .commands import Request
from .engine import Completed
from .errors import (
    CmeError,
    InvalidInput,
    NoSim,
    PinLastTry,
    PinRefused,
    PinRequired,
    PukRequired,
    SimError,
)
from .script import Pause, Script, ask, attempt, failure
from .wire.at import CommandLineError, Parameter, parse_parameters, parse_supported

SERVICE_TRIES = 45  # one a second: A7670 and SIM900 refuse SMS commands for long after they answer AT
SIM_TRIES = 30

SERVICE_READY_STATUS = (1, 5, 6, 7)  # home, roaming, and the two with SMS only (TS 27.007 10.1.22)

# <mode>,<mt>,<bm>,<ds>,<bfr> (TS 27.005 3.4.1), the best first: messages are stored and announced (mt 1), reports come
# directly (ds 1; with ds 2 Quectel's EC25 names a place where they are not). Qualcomm firmwares offer mode 2 and refuse
# it, SIM800 has no ds 2, Cinterion no ds 1 and only bfr 1.
CNMI_CANDIDATES = (
    "2,1,0,1,0",
    "2,1,0,2,0",
    "2,1,0,0,0",
    "1,1,0,1,0",
    "1,1,0,2,0",
    "1,1,0,0,0",
    "2,1,0,1,1",
    "2,1,0,2,1",
    "1,1,0,1,1",
    "1,1,0,2,1",
    "3,1,0,0,0",
)


@dataclass(slots=True)
class Session:
    """What bring-up found out about the modem and chose for it."""

    manufacturer: str = ""
    model: str = ""
    revision: str = ""
    memory: str = ""  # where new messages go; empty when the modem keeps to its own choice
    memory_groups: int = 3  # how many values +CPMS takes
    readable: tuple[str, ...] = ()  # memories to look into for messages
    announces: bool = False  # new messages are announced (+CMTI)
    reports: bool = False  # status reports are handed over
    acknowledges: bool = False  # +CMT and +CDS wait for +CNMA (+CSMS=1)

    def select(self, memory: str) -> Request:
        """Read and delete in `memory` from here on; new messages go where they went."""
        values = (memory, self.memory, self.memory)[: self.memory_groups]
        return commands.CPMS(memories=",".join(f'"{value}"' for value in values))


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the modem stands with the network: <stat> of +CREG and +CEREG, None where the modem does not tell."""

    circuit: int | None  # +CREG
    packet: int | None  # +CEREG

    @property
    def ready(self) -> bool:
        """Whether SMS can go. A modem that tells nothing is believed to be ready."""
        known = [status for status in (self.circuit, self.packet) if status is not None]
        return not known or any(status in SERVICE_READY_STATUS for status in known)

    def __str__(self) -> str:
        best = next((status for status in (self.circuit, self.packet) if status in SERVICE_READY_STATUS), None)
        status = best if best is not None else max(self.circuit or 0, self.packet or 0)
        return "unknown" if self.circuit is None and self.packet is None else _STATUS.get(status, f"status {status}")


_STATUS = {
    0: "not registered, not searching",
    1: "registered, home network",
    2: "searching",
    3: "registration denied",
    4: "unknown",
    5: "registered, roaming",
    6: "registered for SMS only, home network",
    7: "registered for SMS only, roaming",
    8: "emergency calls only",
}


@dataclass(frozen=True, slots=True)
class ModemInfo:
    """Who the modem and its SIM are. Empty where the modem does not tell."""

    manufacturer: str
    model: str
    revision: str
    imei: str
    imsi: str
    iccid: str
    operator: str
    registration: str
    signal_dbm: int | None
    service_centre: str
    memory: str
    stored: int | None  # messages in that memory
    capacity: int | None


def bring_up(pin: str | None = None) -> Script[Session]:
    """The whole way. Raises NotAModem, SimError and its kin, CommandFailed, CommandTimeout, PortLost."""
    if pin is not None and not isinstance(pin, str):
        raise InvalidInput("a PIN is text, as leading zeros count: write it in quotation marks")
    if pin is not None and not re.fullmatch(r"[0-9]{4,8}", pin):
        raise InvalidInput("a PIN is 4 to 8 digits")
    session = Session()
    # On lines of their own: some modems stumble over ATE0V1Q0.
    for row in (commands.ECHO_OFF, commands.VERBOSE, commands.RESULT_CODES):
        yield from attempt(row())
    yield from attempt(commands.CMEE(mode=1))
    session.manufacturer = yield from _identity(commands.CGMI())
    session.model = yield from _identity(commands.CGMM())
    session.revision = yield from _identity(commands.CGMR())
    yield from unlock(pin)
    yield from _until_ready(commands.CMGF())
    yield from _choose_memories(session)
    yield from _choose_service(session)
    yield from _choose_indications(session)
    return session


def _identity(request: Request) -> Script[str]:
    """An identity text; some modems put the command's name or quotation marks around it."""
    lines = yield from attempt(request)
    name = request.line[2:]
    return " ".join((lines or ("",))[0].removeprefix(f"{name}:").strip().strip('"').split())


# --- the SIM ----------------------------------------------------------------------------------------------------


def unlock(pin: str | None) -> Script[None]:
    """Wait for the SIM, and enter the PIN where it asks for one and two tries are left.

    Raises PinRequired, PinLastTry, PinRefused, PukRequired, NoSim, SimError.
    """
    entered = False
    for _ in range(SIM_TRIES):
        state = yield from _sim_state()
        if state == "SIM PIN" and not entered:
            yield from _enter_pin(pin)
            entered = True
            continue
        if state == "SIM PUK":
            raise PukRequired("the SIM is blocked: enter its PUK in a telephone, this driver never does")
        if state not in ("BUSY", "SIM PIN"):
            return
        yield Pause(1.0)
    raise SimError(f"the SIM is not ready after {SIM_TRIES} s: check that it sits well in its holder")


def _sim_state() -> Script[str]:
    """READY, SIM PIN, SIM PUK or BUSY. PIN2, and locks that the modem itself knows, do not hinder SMS."""
    request = commands.READ_CPIN()
    reply = yield from ask(request)
    if reply.final.ok:
        text = reply.lines[0].partition(":")[2].strip().strip('"') if reply.lines else ""
        if text in ("SIM PIN", "SIM PUK"):
            return text
        if text.startswith("PH-"):
            raise SimError(f"the modem is locked to another SIM or network ({text}): ask its seller for the code")
        return "READY"
    states = {11: "SIM PIN", 311: "SIM PIN", 12: "SIM PUK", 316: "SIM PUK", 14: "BUSY", 314: "BUSY"}
    if reply.final.code in states:
        return states[reply.final.code]
    if reply.final.code in (10, 310):
        raise NoSim("there is no SIM in the modem: insert one, contacts down, and try again")
    if reply.final.code in (13, 15, 313, 315):
        raise SimError(f"the SIM cannot be read ({reply.final.text}): clean its contacts, or try it in a telephone")
    return "BUSY"


def _enter_pin(pin: str | None) -> Script[None]:
    if pin is None:
        raise PinRequired("the SIM asks for its PIN: give it with --pin-file, or switch it off in a telephone")
    tries = yield from _tries_left()
    if tries is not None and tries < 2:
        raise PinLastTry(
            f"{tries} try left for the PIN, and a wrong one would block the SIM: enter it in a telephone once"
        )
    request = commands.CPIN(pin=pin)
    reply = yield from ask(request)
    if reply.final.ok:
        return
    error = failure(request, reply.final)
    if isinstance(error, CmeError) and error.code in (12, 16, 13):
        raise PinRefused("the SIM refused the PIN: check it; it was tried once and will not be tried again") from error
    raise SimError(f"the PIN could not be entered: {error}") from error


def _tries_left() -> Script[int | None]:
    """How often the PIN may still be tried, where the modem tells (+CPINR)."""
    for request in (commands.CPINR(), commands.CPINR_OF_PIN()):
        for line in (yield from attempt(request)) or ():
            match = re.fullmatch(r'\+CPINR: *"?SIM PIN"? *, *(\d+).*', line)
            if match:
                return int(match[1])
    return None


# --- the message service ----------------------------------------------------------------------------------------


def _until_ready(request: Request) -> Script[Completed]:
    """Repeat a command that fails until the modem's SMS service is up. Raises CommandFailed when it stays down."""
    for remaining in reversed(range(SERVICE_TRIES)):
        reply = yield from ask(Request(request.command, request.line, None, request.timeout))
        if reply.final.ok:
            return reply
        if not remaining:
            raise failure(request, reply.final)
        yield Pause(1.0)
    raise AssertionError("unreachable")


def _choose_memories(session: Session) -> Script[None]:
    """All memories the same, so that nothing is read in one place and announced in another (TS 27.005 3.2.2)."""
    reply = yield from _until_ready(commands.TEST_CPMS())
    groups = parse_supported(" ".join(line.partition(":")[2] for line in reply.lines))
    if len(groups) > 1 and all(len(group) == 1 for group in groups) and len({group[0] for group in groups}) > 1:
        # Huawei MU609 lists the memories without saying which may be what.
        groups = [[group[0] for group in groups]] * 3
    readable, receiving = (groups[0], groups[-1]) if groups else (["SM"], ["SM"])
    session.memory_groups = min(3, len(groups)) or 3
    for memory in ("ME", "SM", "MT"):
        if memory not in readable or memory not in receiving:
            continue
        session.memory = memory
        lines = yield from attempt(session.select(memory))
        if lines is not None and _capacity(lines) != 0:
            break
    else:
        session.memory = ""
    session.readable = tuple(memory for memory in ("ME", "SM") if memory in readable) if session.memory else ()


def _capacity(lines: tuple[str, ...]) -> int | None:
    """<total1> of the answer to +CPMS=."""
    numbers = values(lines[0]) if lines else ()
    return numbers[1].number if len(numbers) > 1 and numbers[1] else None


def _choose_service(session: Session) -> Script[None]:
    """Let the modem acknowledge by itself (+CSMS=0); one that will not is acknowledged with +CNMA."""
    if (yield from attempt(commands.CSMS(service=0))) is not None:
        return
    lines = yield from attempt(commands.READ_CSMS())
    service = values(lines[0])[:1] if lines else ()
    session.acknowledges = bool(service and service[0] and (service[0].number or 0) >= 1)


def _choose_indications(session: Session) -> Script[None]:
    """The first setting that is taken, and is there when asked: what a modem lists it may still refuse."""
    for candidate in CNMI_CANDIDATES:
        if (yield from attempt(commands.CNMI(values=candidate))) is None:
            continue
        lines = yield from attempt(commands.READ_CNMI())
        found = [value.text if value else "" for value in values(lines[0])] if lines else candidate.split(",")
        if found[1:2] == ["1"] and found[3:4] == [candidate.split(",")[3]]:
            session.announces = True
            session.reports = candidate.split(",")[3] != "0"
            return


# --- questions --------------------------------------------------------------------------------------------------


def registration() -> Script[Registration]:
    """Ask where the modem stands with the network."""
    circuit = yield from _registration_status(commands.CREG())
    packet = yield from _registration_status(commands.CEREG())
    return Registration(circuit, packet)


def _registration_status(request: Request) -> Script[int | None]:
    lines = yield from attempt(request)
    found = values(lines[-1])[1:2] if lines else ()
    return found[0].number if found and found[0] else None


def information(session: Session) -> Script[ModemInfo]:
    """Ask everything that `ModemInfo` holds; what a modem does not know stays empty."""
    imei = yield from _identity(commands.CGSN())
    imsi = yield from _identity(commands.CIMI())
    iccid = yield from _identity(commands.CCID())
    status = yield from registration()
    operator = yield from _value(commands.COPS(), 2)
    quality = yield from _value(commands.CSQ(), 0)
    service_centre = yield from _value(commands.CSCA(), 0)
    lines = yield from attempt(commands.READ_CPMS())
    fill = [value.number if value else None for value in values(lines[0])] if lines else []
    fill += [None, None, None]
    return ModemInfo(
        manufacturer=session.manufacturer,
        model=session.model,
        revision=session.revision,
        imei=imei,
        imsi=imsi,
        iccid=iccid.rpartition(":")[2].strip(),
        operator=operator,
        registration=str(status),
        signal_dbm=2 * int(quality) - 113 if quality.isdecimal() and int(quality) <= 31 else None,
        service_centre=service_centre,
        memory=session.memory,
        stored=fill[1],
        capacity=fill[2],
    )


def _value(request: Request, position: int) -> Script[str]:
    lines = yield from attempt(request)
    found = values(lines[0])[position : position + 1] if lines else ()
    return found[0].text if found and found[0] else ""


def values(line: str) -> tuple[Parameter | None, ...]:
    """The values after the colon of a line; none when they make no sense."""
    try:
        return parse_parameters(line.partition(":")[2].strip())
    except CommandLineError:
        return ()
