"""The card that a modem holds."""

from __future__ import annotations

import random

from modem.wire.address import Address, decode_service_centre, encode_service_centre
from modem.wire.errors import PduError

from .files import Condition
from .numbers import ALPHA_OCTETS
from .secrets import Secret
from .tree import EF_ICCID, EF_IMSI, EF_SMSP, EF_SMSS, new_file_system
from .uicc import Uicc

PIN1, PIN2, ADM1 = 0x01, 0x81, 0x0A  # key references (TS 102.221 Table 9.3)


class Card:
    """A SIM with its files. `secret` is PIN 1, `secret2` PIN 2, `administrator` the key of whoever issued the card.

    `uicc` takes commands as octets; the properties are views of the same files.
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
        administrator: str = "29362936",
        service_centre: str = "+15550002936",
        provider: str = "",
        sms_records: int = 30,
        phonebook_records: int = 100,
        mnc_digits: int = 2,
    ) -> None:
        self.msisdn = msisdn
        self.secret = Secret(pin, puk, pin_enabled)
        self.secret2 = Secret("0000", "87654321", enabled=True)
        self.administrator = Secret(administrator, "", enabled=True)
        self.secrets = {PIN1: self.secret, PIN2: self.secret2, ADM1: self.administrator}
        self.files = new_file_system(
            iccid=iccid,
            imsi=imsi,
            msisdn=msisdn,
            provider=provider,
            sms_records=sms_records,
            phonebook_records=phonebook_records,
            mnc_digits=mnc_digits,
        )
        if service_centre:
            self.service_centre = Address.of(service_centre)
        self.random = random.Random(iccid)  # what GET CHALLENGE gives; nothing secret hangs on it
        self.uicc = Uicc(self)

    def power_up(self) -> None:
        """Reset the card: PINs have to be presented again, channels are closed.

        The modem then starts the USIM on the basic channel (TS 31.102 5.1.1.1).
        """
        for secret in self.secrets.values():
            secret.verified = False
        self.uicc = Uicc(self)
        self.uicc.start_application()

    def allows(self, condition: Condition) -> bool:
        """Whether what asks for this condition may be done now."""
        if condition is Condition.ALWAYS:
            return True
        secrets = {Condition.PIN: self.secret, Condition.PIN2: self.secret2, Condition.ADM: self.administrator}
        return condition in secrets and secrets[condition].satisfied

    @property
    def ready(self) -> bool:
        """Whether the files may be used: PIN 1 is not asked for, or was presented."""
        return self.secret.satisfied

    @property
    def iccid(self) -> str:
        """The number of the card, from EF_ICCID."""
        return _digits(self.files[EF_ICCID].data)

    @property
    def imsi(self) -> str:
        """Who the subscriber is, from EF_IMSI."""
        return _digits(self.files[EF_IMSI].data[1:])[1:]

    @property
    def service_centre(self) -> Address | None:
        """The service centre address in EF_SMSP (TS 51.011 10.5.6), or None when the record has none."""
        record = self.files[EF_SMSP].records[0]
        indicators = record[ALPHA_OCTETS]
        if indicators & 0x02:  # a bit that is 0 says "present"
            return None
        try:
            return decode_service_centre(record[ALPHA_OCTETS + 13 : ALPHA_OCTETS + 25])[0]
        except PduError:
            return None

    @service_centre.setter
    def service_centre(self, address: Address | None) -> None:
        records = self.files[EF_SMSP].records
        record = bytearray(records[0])
        if address is None:
            record[ALPHA_OCTETS] |= 0x02
        else:
            record[ALPHA_OCTETS] &= ~0x02
            record[ALPHA_OCTETS + 13 : ALPHA_OCTETS + 25] = encode_service_centre(address).ljust(12, b"\xff")
        records[0] = bytes(record)

    def next_message_reference(self) -> int:
        """TP-MR of the next message: one more than the last, 0 after 255 (TS 23.040 9.2.3.6), kept in EF_SMSS."""
        status = self.files[EF_SMSS]
        last, flags = status.data
        reference = (last + 1) % 256
        status.data = bytes([reference, flags])
        return reference

    @property
    def memory_exceeded(self) -> bool:
        """The flag in EF_SMSS: a message was turned away for want of room (bit 0 is 0; TS 51.011 10.5.7)."""
        return not self.files[EF_SMSS].data[1] & 1

    @memory_exceeded.setter
    def memory_exceeded(self, exceeded: bool) -> None:
        status = self.files[EF_SMSS]
        last, flags = status.data
        status.data = bytes([last, flags & ~1 if exceeded else flags | 1])


def _digits(octets: bytes) -> str:
    """Digits in semi-octets, up to what fills them up."""
    return "".join([f"{octet & 15:X}{octet >> 4:X}" for octet in octets]).partition("F")[0]
