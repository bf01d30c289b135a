"""Messages as text mode shows and takes them (TS 27.005 3.1, 3.3.2, 3.4, 3.5)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from modem.wire.address import Address, type_of_address_for
from modem.wire.alphabet import is_gsm7
from modem.wire.coding import DataCoding
from modem.wire.reports import StatusReport
from modem.wire.times import (
    STAMP_OCTETS,
    AbsoluteValidity,
    EnhancedValidity,
    RelativeValidity,
    ServiceCentreTimeStamp,
    ValidityPeriod,
)
from modem.wire.tpdu import Command, Deliver, Submit
from modem.wire.user_data import UserData, decode_user_data, user_data_end

from .charset import from_terminal, hexadecimal, to_terminal
from .profile import Messages
from .responses import CmsError
from .settings import Settings

INVALID_TEXT_PARAMETER = 305


class Parameters(NamedTuple):
    """What +CSMP sets for messages to be sent (TS 27.005 3.3.2), checked."""

    first_octet: int
    validity_period: ValidityPeriod | None
    protocol_identifier: int
    data_coding: DataCoding

    @classmethod
    def of(cls, first_octet: int, validity: int | str, protocol_identifier: int, coding: int) -> Parameters:
        """Raises ValueError when they do not fit together."""
        if first_octet & 3 != 0b01:
            raise ValueError("not the first octet of an SMS-SUBMIT")
        period: ValidityPeriod | None = None
        match first_octet >> 3 & 3:
            case 0b10:
                number = int(validity)
                if not 0 <= number <= 255:
                    raise ValueError("a relative validity period is an octet")
                period = RelativeValidity(number)
            case 0b11:
                period = AbsoluteValidity(_stamp(str(validity)))
            case 0b01:
                octets = hexadecimal(str(validity))
                if len(octets) != 7:
                    raise ValueError("an enhanced validity period has seven octets")
                period = EnhancedValidity(octets)
        return cls(first_octet, period, protocol_identifier, DataCoding.of(coding))

    @classmethod
    def present(cls, settings: Settings) -> Parameters:
        """Those in force."""
        first, validity, protocol_identifier, coding = settings["+CSMP"]
        assert isinstance(first, int)
        assert validity is not None
        assert isinstance(protocol_identifier, int)
        assert isinstance(coding, int)
        return cls.of(first, validity, protocol_identifier, coding)


def _stamp(text: str) -> ServiceCentreTimeStamp:
    """The octets of ``yy/MM/dd,hh:mm:ss±zz``, zone in quarters of an hour."""
    zone = int(text[-3:])
    time = datetime.strptime(text[:-3] + "+0000", "%y/%m/%d,%H:%M:%S%z")
    octets = bytearray(ServiceCentreTimeStamp.of(time).octets)
    if abs(zone) > 79:
        raise ValueError("a zone is at most 79 quarters of an hour away")
    octets[6] = abs(zone) % 10 << 4 | abs(zone) // 10 | (0x08 if zone < 0 else 0)
    return ServiceCentreTimeStamp(bytes(octets))


def parse_address(string: str, type_of_address: int | None, charset: str) -> Address:
    """<da> and <toda>. Raises CmsError 305 when it is no number."""
    try:
        number = from_terminal(string, charset)
    except ValueError:
        raise CmsError(INVALID_TEXT_PARAMETER) from None
    digits = number.removeprefix("+")
    if len(digits) > 20 or any(digit not in "0123456789*#abc" for digit in digits.lower()):
        raise CmsError(INVALID_TEXT_PARAMETER)
    if type_of_address is None:
        type_of_address = type_of_address_for(number)
    if not type_of_address & 0x80 or type_of_address >> 4 & 7 == 5:
        raise CmsError(INVALID_TEXT_PARAMETER)
    return Address(digits.lower(), type_of_address)


def compose(body: bytes, destination: Address, settings: Settings) -> Submit:
    """The SMS-SUBMIT for a body typed at the prompt, with the parameters of +CSMP. Raises CmsError 305."""
    parameters = Parameters.present(settings)
    first, coding = parameters.first_octet, parameters.data_coding
    try:
        user_data = read_body(body.decode("latin-1"), bool(first & 0x40), coding, settings.string("+CSCS"))
        message = Submit(
            destination,
            user_data,
            coding,
            protocol_identifier=parameters.protocol_identifier,
            validity_period=parameters.validity_period,
            reject_duplicates=bool(first & 0x04),
            status_report_request=bool(first & 0x20),
            reply_path=bool(first & 0x80),
        )
        message.encode()
    except ValueError:  # PduError is one: too long, not in the alphabet, no hexadecimal
        raise CmsError(INVALID_TEXT_PARAMETER) from None
    return message


def compose_command(body: bytes, header: tuple[int, int, int, int], destination: Address) -> Command:
    """The SMS-COMMAND of <fo>, <ct>, <pid>, <mn> and a body of hexadecimal digits (TS 27.005 3.5.5).

    Raises CmsError 305.
    """
    first, kind, protocol, number = header
    try:
        command = Command(
            destination,
            kind,
            number,
            hexadecimal(body.decode("latin-1")),
            protocol_identifier=protocol,
            status_report_request=bool(first & 0x20),
            has_header=bool(first & 0x40),
        )
        if command.encode()[0] != first:
            raise ValueError("not the first octet of an SMS-COMMAND")
    except ValueError:
        raise CmsError(INVALID_TEXT_PARAMETER) from None
    return command


def read_body(string: str, has_header: bool, coding: DataCoding, charset: str) -> UserData:
    """<data> (TS 27.005 3.1): text in +CSCS for the default alphabet, else two digits an octet. Raises ValueError."""
    if not has_header:
        if coding.septets:
            text = from_terminal(string, charset)
            if not is_gsm7(text):
                raise ValueError("not in the GSM 7-bit default alphabet")
            return UserData(text)
        octets = hexadecimal(string)
        return UserData(octets.decode("utf-16-be", "surrogatepass") if coding.text else octets)
    octets = hexadecimal(string)
    if not coding.septets:
        return decode_user_data(bytes((len(octets),)) + octets, 0, True, coding, strict=True)
    # The octets do not tell how many septets they hold: seven spare bits look like another septet.
    septets = len(octets) * 8 // 7
    if len(octets) % 7 == 0 and octets[-1] < 2:
        septets -= 1
    return decode_user_data(bytes((septets,)) + octets, 0, True, coding, strict=True)


def text_data(message: Deliver | Submit, tpdu: bytes, settings: Settings) -> str:
    """<data>: text in +CSCS, or two digits an octet where it is not plain text."""
    body = message.user_data.body
    if message.data_coding.septets and isinstance(body, str) and not message.user_data.header:
        return to_terminal(body, settings.string("+CSCS"))
    return _user_data(message, tpdu).hex().upper()


def _user_data(message: Deliver | Submit, tpdu: bytes) -> bytes:
    """TP-UD as it came, header and all."""
    if isinstance(message, Deliver):
        at = 1 + _address_octets(tpdu[1]) + 2 + STAMP_OCTETS
    else:
        at = 2 + _address_octets(tpdu[2]) + 2 + (0, 7, 1, 7)[tpdu[0] >> 3 & 3]  # by TP-VPF
    return tpdu[at + 1 : user_data_end(tpdu, at, message.data_coding)]


def _address_octets(digits: int) -> int:
    return 2 + (digits + 1) // 2


def _length(message: Deliver | Submit, tpdu: bytes) -> int:
    """<length> in text mode: characters of the text, or octets of the data."""
    user_data = message.user_data
    if message.data_coding.septets and isinstance(user_data.body, str) and not user_data.header:
        return len(user_data.body)
    return len(_user_data(message, tpdu))


def _quoted(address: Address, settings: Settings) -> str:
    return f'"{to_terminal(str(address), settings.string("+CSCS"))}"'


def _centre(service_centre: Address | None, settings: Settings) -> str:
    """<sca>,<tosca>, empty when it is the card's."""
    if service_centre is None:
        return ","
    return f"{_quoted(service_centre, settings)},{service_centre.type_of_address}"


def deliver_header(
    message: Deliver, tpdu: bytes, service_centre: Address | None, settings: Settings, manner: Messages
) -> str:
    """<oa>,[<alpha>],<scts>[,<tooa>,<fo>,<pid>,<dcs>,<sca>,<tosca>,<length>] of +CMT and +CMGR."""
    header = f'{_quoted(message.originator, settings)},{manner.alpha},"{message.service_centre_time_stamp}"'
    if settings.number("+CSDH"):
        header += (
            f",{message.originator.type_of_address},{tpdu[0]},{message.protocol_identifier}"
            f",{message.data_coding.octet},{_centre(service_centre, settings)},{_length(message, tpdu)}"
        )
    return header


def submit_header(
    message: Submit, tpdu: bytes, service_centre: Address | None, settings: Settings, manner: Messages
) -> str:
    """<da>,[<alpha>][,<toda>,<fo>,<pid>,<dcs>,[<vp>],<sca>,<tosca>,<length>] of +CMGR."""
    header = f"{_quoted(message.destination, settings)},{manner.alpha}"
    if settings.number("+CSDH"):
        header += (
            f",{message.destination.type_of_address},{tpdu[0]},{message.protocol_identifier}"
            f",{message.data_coding.octet},{_validity(message.validity_period)}"
            f",{_centre(service_centre, settings)},{_length(message, tpdu)}"
        )
    return header


def _validity(period: ValidityPeriod | None) -> str:
    match period:
        case None:
            return ""
        case RelativeValidity(octet):
            return str(octet)
        case AbsoluteValidity(stamp):
            return f'"{stamp}"'
        case EnhancedValidity(octets):
            return f'"{octets.hex().upper()}"'


def report_header(report: StatusReport, tpdu: bytes, settings: Settings, manner: Messages) -> str:
    """<fo>,<mr>,[<ra>],[<tora>],<scts>,<dt>,<st> of +CDS, +CMGR and +CMGL."""
    recipient = f"{_quoted(report.recipient, settings)},{report.recipient.type_of_address}"
    return (
        f"{tpdu[0]},{report.message_reference},{recipient if manner.report_address else ','},"
        f'"{report.service_centre_time_stamp}","{report.discharge_time}",{report.status}'
    )


def command_header(command: Command, tpdu: bytes, settings: Settings) -> str:
    """<fo>,<ct>[,<pid>,[<mn>],[<da>],[<toda>],<length>] of +CMGR for an SMS-COMMAND."""
    header = f"{tpdu[0]},{command.command_type}"
    if settings.number("+CSDH"):
        header += (
            f",{command.protocol_identifier},{command.message_number},{_quoted(command.destination, settings)}"
            f",{command.destination.type_of_address},{len(command.data)}"
        )
    return header


def list_header(message: Deliver | Submit, tpdu: bytes, settings: Settings, manner: Messages) -> str:
    """<oa/da>,[<alpha>],[<scts>][,<tooa/toda>,<length>] of +CMGL."""
    if isinstance(message, Deliver):
        address, stamp = message.originator, f'"{message.service_centre_time_stamp}"'
    else:
        address, stamp = message.destination, ""
    header = f"{_quoted(address, settings)},{manner.alpha},{stamp}"
    if settings.number("+CSDH"):
        header += f",{address.type_of_address},{_length(message, tpdu)}"
    return header
