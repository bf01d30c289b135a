"""The SIM card: its files and its secrets (TS 51.011, TS 31.102, TS 102.221).

The files are the truth, as on a real card: EF_SMS *is* the modem's SM store, EF_SMSP holds the service centre
that +CSCA shows, EF_SMSS the last message reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from modem.wire.address import Address, decode_service_centre, encode_semi_octets, encode_service_centre
from modem.wire.alphabet import decode_gsm7, encode_gsm7, is_gsm7
from modem.wire.errors import PduError
from modem.wire.records import SmsRecord

EF_ICCID = 0x2FE2
EF_IMSI = 0x6F07
EF_ADN = 0x6F3A
EF_SMS = 0x6F3C
EF_MSISDN = 0x6F40
EF_SMSP = 0x6F42
EF_SMSS = 0x6F43
EF_SPN = 0x6F46
EF_AD = 0x6FAD

ALPHA_OCTETS = 14  # octets of a name in EF_ADN, EF_MSISDN and EF_SMSP
_NUMBER_DIGITS = "0123456789*#abc"


class Secret:
    """A PIN and the PUK that unblocks it (TS 102.221 9.5): three tries for the one, ten for the other."""

    PIN_TRIES = 3
    PUK_TRIES = 10

    def __init__(self, pin: str, puk: str, enabled: bool) -> None:
        self._pin = pin
        self._puk = puk
        self.enabled = enabled
        self.verified = False
        self.pin_tries = self.PIN_TRIES
        self.puk_tries = self.PUK_TRIES

    @property
    def blocked(self) -> bool:
        """Whether only the PUK helps now."""
        return self.pin_tries == 0

    @property
    def dead(self) -> bool:
        """Whether nothing helps any more: the card is waste."""
        return self.blocked and self.puk_tries == 0

    def verify(self, pin: str) -> bool:
        """Present the PIN. A wrong one costs a try; a blocked one is refused whatever is presented."""
        if self.blocked:
            return False
        if pin != self._pin:
            self.pin_tries -= 1
            return False
        self.pin_tries = self.PIN_TRIES
        self.verified = True
        return True

    def unblock(self, puk: str, new_pin: str) -> bool:
        """Present the PUK with a new PIN. A wrong one costs a try of ten."""
        if self.puk_tries == 0:
            return False
        if puk != self._puk:
            self.puk_tries -= 1
            return False
        self._pin = new_pin
        self.pin_tries = self.PIN_TRIES
        self.puk_tries = self.PUK_TRIES
        self.enabled = self.verified = True
        return True

    def change(self, old_pin: str, new_pin: str) -> bool:
        """Replace the PIN, which must be presented once more."""
        if not self.verify(old_pin):
            return False
        self._pin = new_pin
        return True

    def enable(self, enabled: bool, pin: str) -> bool:
        """Ask for the PIN at power-up, or no longer."""
        if not self.verify(pin):
            return False
        self.enabled = enabled
        return True


class Card:
    """A SIM with its files. `secret` is PIN 1, `secret2` PIN 2.

    A file is a list of records; a transparent file is a list of one.
    """

    def __init__(
        self,
        iccid: str = "8988307000000000001",
        imsi: str = "901700000000001",
        msisdn: str = "",
        *,
        pin: str = "1234",
        puk: str = "12345678",
        pin_enabled: bool = False,
        service_centre: str = "+15550002936",
        provider: str = "",
        sms_records: int = 30,
        phonebook_records: int = 100,
        mnc_digits: int = 2,
    ) -> None:
        self.iccid = iccid
        self.imsi = imsi
        self.msisdn = msisdn
        self.secret = Secret(pin, puk, pin_enabled)
        self.secret2 = Secret("0000", "87654321", enabled=True)
        self.files: dict[int, list[bytes]] = {
            EF_ICCID: [_swapped(iccid, 10)],
            EF_IMSI: [_imsi(imsi)],
            EF_ADN: [_unused(ALPHA_OCTETS + 14)] * phonebook_records,
            EF_SMS: [SmsRecord().encode()] * sms_records,
            EF_MSISDN: [number_record("", msisdn) if msisdn else _unused(ALPHA_OCTETS + 14)],
            EF_SMSP: [_unused(ALPHA_OCTETS + 28)],
            EF_SMSS: [b"\xff\xff"],
            EF_SPN: [b"\x01" + provider.encode("ascii")[:16].ljust(16, b"\xff")],
            EF_AD: [bytes([0, 0, 0, mnc_digits])],
        }
        if service_centre:
            self.service_centre = Address.of(service_centre)

    def power_up(self) -> None:
        """Reset the card: a PIN that is enabled has to be presented again."""
        self.secret.verified = self.secret2.verified = False

    @property
    def ready(self) -> bool:
        """Whether the files may be used: PIN 1 is not asked for, or was presented."""
        secret = self.secret
        return not secret.blocked and (secret.verified or not secret.enabled)

    @property
    def service_centre(self) -> Address | None:
        """The service centre address in EF_SMSP (TS 51.011 10.5.6), or None when the record has none."""
        record = self.files[EF_SMSP][0]
        indicators = record[ALPHA_OCTETS]
        if indicators & 0x02:  # a bit that is 0 says "present"
            return None
        try:
            return decode_service_centre(record, ALPHA_OCTETS + 13)[0]
        except PduError:
            return None

    @service_centre.setter
    def service_centre(self, address: Address | None) -> None:
        record = bytearray(self.files[EF_SMSP][0])
        if address is None:
            record[ALPHA_OCTETS] |= 0x02
            self.files[EF_SMSP][0] = bytes(record)
            return
        record[ALPHA_OCTETS] &= ~0x02
        record[ALPHA_OCTETS + 13 : ALPHA_OCTETS + 25] = encode_service_centre(address).ljust(12, b"\xff")
        self.files[EF_SMSP][0] = bytes(record)

    def next_message_reference(self) -> int:
        """TP-MR of the next message: one more than the last, 0 after 255 (TS 23.040 9.2.3.6), kept in EF_SMSS."""
        last, flags = self.files[EF_SMSS][0]
        reference = (last + 1) % 256
        self.files[EF_SMSS][0] = bytes([reference, flags])
        return reference

    @property
    def memory_exceeded(self) -> bool:
        """The flag in EF_SMSS: a message was turned away for want of room (bit 0 is 0; TS 51.011 10.5.7)."""
        return not self.files[EF_SMSS][0][1] & 1

    @memory_exceeded.setter
    def memory_exceeded(self, exceeded: bool) -> None:
        last, flags = self.files[EF_SMSS][0]
        self.files[EF_SMSS][0] = bytes([last, flags & ~1 if exceeded else flags | 1])


def number_record(name: str, number: str) -> bytes:
    """A record of EF_ADN or EF_MSISDN (TS 51.011 10.5.1): a name of up to 14 characters and a number.

    Raises ValueError when one of them does not fit.
    """
    alpha = encode_gsm7(name) if is_gsm7(name) else b"\x80" + name.encode("utf-16-be")  # TS 51.011 Annex B
    digits = number.removeprefix("+")
    if len(alpha) > ALPHA_OCTETS or len(digits) > 20 or any(digit not in _NUMBER_DIGITS for digit in digits):
        raise ValueError(f"{name!r}, {number!r} does not fit a record")
    value = encode_semi_octets(digits)
    dialling = bytes([len(value) + 1, 0x91 if number.startswith("+") else 0x81]) + value
    return alpha.ljust(ALPHA_OCTETS, b"\xff") + dialling.ljust(14, b"\xff")


def read_number_record(record: bytes) -> tuple[str, Address] | None:
    """(name, number) of a record of EF_ADN or EF_MSISDN, or None when it is unused."""
    if record[ALPHA_OCTETS] == 0xFF:
        return None
    address = decode_service_centre(record, ALPHA_OCTETS)[0]  # the same form: octets, type, digits
    alpha = record[:ALPHA_OCTETS].rstrip(b"\xff")
    name = alpha[1:].decode("utf-16-be", "replace") if alpha[:1] == b"\x80" else decode_gsm7(alpha)
    return name, address or Address("")


def _unused(length: int) -> bytes:
    return b"\xff" * length


def _swapped(digits: Iterable[str], length: int) -> bytes:
    return encode_semi_octets("".join(digits)).ljust(length, b"\xff")


def _imsi(imsi: str) -> bytes:
    """EF_IMSI: a length, then a nibble of parity and type in front of the digits (TS 51.011 10.3.2)."""
    parity = 9 if len(imsi) % 2 else 1
    nibbles = encode_semi_octets(f"{parity}{imsi}")
    return bytes([len(nibbles)]) + nibbles.ljust(8, b"\xff")
