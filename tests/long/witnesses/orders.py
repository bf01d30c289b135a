"""Messages made at random for a witness to write."""

from __future__ import annotations

import random

from modem.wire.times import RelativeValidity
from tests.long.witnesses.witness import Order
from tests.wire import models

GSM7 = sorted(models.CHARACTERS)
UCS2 = "aé日本ő€ \nЖש"
BEYOND = "😀𝄞"  # outside the basic multilingual plane: two code units


def some_body(rng: random.Random, data: bool) -> str | bytes:
    kind = rng.choice(("gsm7", "gsm7", "ucs2", "beyond", "data" if data else "gsm7"))
    size = rng.choice((1, 7, 8, 9, 60, 70, 71, 134, 140, 141, 153, 160, 161, 306, 400))
    match kind:
        case "gsm7":
            return "".join(rng.choices(GSM7, k=size))
        case "data":
            return rng.randbytes(size)
        case "ucs2":
            return "".join(rng.choices(UCS2, k=size))
    return "".join(rng.choices(UCS2 + BEYOND, k=size))


def some_order(rng: random.Random, data: bool = True, reject_duplicates: bool = True) -> Order:
    plus = "+" if rng.random() < 0.5 else ""
    return Order(
        number=plus + "".join(rng.choices("0123456789", k=rng.randint(3, 20))),
        body=some_body(rng, data),
        reference=rng.randrange(256),
        report=rng.random() < 0.5,
        reject_duplicates=reject_duplicates and rng.random() < 0.5,
        validity=RelativeValidity(rng.randrange(256)).duration if rng.random() < 0.5 else None,
    )
