"""Messages made at random, as the standard allows them: what the witnesses are asked about."""

from __future__ import annotations

import random

from modem.wire.address import INTERNATIONAL, UNKNOWN, Address
from modem.wire.coding import DATA, GSM7, UCS2, DataCoding
from modem.wire.header import Concatenation, Header, InformationElement
from modem.wire.times import RelativeValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Deliver, Submit
from modem.wire.user_data import UserData
from tests.wire import models


def some_text(rng: random.Random, coding: DataCoding, taken: int) -> str | bytes:
    if coding.septets:
        room = 160 - -(-taken * 8 // 7)
        text = "".join(rng.choices(sorted(models.CHARACTERS), k=rng.choice((0, 1, 7, 8, 9, room // 2, room))))
        while len(models.septets(text)) > room:
            text = text[:-1]
        return text
    if coding.text:
        alphabet = "aé日本ő😀𝄞€ \n"
        text = "".join(rng.choices(alphabet, k=rng.randint(0, (140 - taken) // 2)))
        while len(text.encode("utf-16-be")) > 140 - taken:
            text = text[:-1]
        return text
    return rng.randbytes(rng.randint(0, 140 - taken))


def some_user_data(rng: random.Random, coding: DataCoding) -> UserData:
    header: Header = ()
    if rng.random() < 0.5:
        wide = rng.random() < 0.5
        header = (Concatenation(rng.randrange(65536 if wide else 256), 3, rng.randint(1, 3), wide).element(),)
        # Source and destination controlled elements: nobody gives them a meaning.
        header += tuple(InformationElement(0x80 + n, rng.randbytes(rng.randrange(8))) for n in range(rng.randrange(3)))
    taken = 1 + sum(2 + len(data) for _, data in header) if header else 0
    return UserData(some_text(rng, coding, taken), header)


def some_address(rng: random.Random) -> Address:
    if rng.random() < 0.3:
        name = "".join(rng.choices("abcXYZ 0189_@ß", k=rng.randint(1, 10))) + "z"
        return Address(name, 0xD0)
    digits = "".join(rng.choices("0123456789*#abc", k=rng.randint(1, 20)))
    return Address(digits, 0x80 | rng.choice((0, 1, 2, 3, 4, 6)) << 4 | rng.choice((0, 1, 3, 4, 8, 9, 10)))


def some_stamp(rng: random.Random) -> ServiceCentreTimeStamp:
    digits = [rng.randint(0, 99), *map(rng.randint, (1, 1, 0, 0, 0), (12, 28, 23, 59, 59)), rng.randint(0, 79)]
    octets = bytes(number % 10 << 4 | number // 10 for number in digits)
    return ServiceCentreTimeStamp(octets)


def some_message(rng: random.Random) -> Submit | Deliver:
    coding = DataCoding.of(rng.randrange(256))
    user_data = some_user_data(rng, coding)
    flags = [rng.random() < 0.5 for _ in range(4)]
    if rng.random() < 0.5:
        period = RelativeValidity(rng.randrange(256)) if rng.random() < 0.5 else None
        return Submit(some_address(rng), user_data, coding, rng.randrange(256), rng.randrange(256), period, *flags[:3])
    return Deliver(some_address(rng), some_stamp(rng), user_data, coding, rng.randrange(256), *flags)


def ordinary_message(rng: random.Random) -> Submit | Deliver:
    """What networks and handsets send every day: decimal numbers, three codings, a single element, this century."""
    coding = rng.choice((GSM7, DATA, UCS2))
    header: Header = ()
    if rng.random() < 0.5:
        header = (Concatenation(rng.randrange(256), 3, rng.randint(1, 3)).element(),)
    user_data = UserData(some_text(rng, coding, 6 if header else 0), header)
    digits = "".join(rng.choices("0123456789", k=rng.randint(3, 15)))
    address = Address(digits, rng.choice((UNKNOWN, INTERNATIONAL)))
    if rng.random() < 0.5:
        return Submit(address, user_data, coding, rng.randrange(256), validity_period=RelativeValidity(167))
    octets = some_stamp(rng).octets
    year = rng.randint(0, 68)
    stamp = ServiceCentreTimeStamp(bytes([year % 10 << 4 | year // 10]) + octets[1:6] + b"\0")
    return Deliver(address, stamp, user_data, coding)
