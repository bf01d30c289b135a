"""Hypothesis strategies for what the formats carry."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from modem.wire.address import Address
from modem.wire.coding import DataCoding
from modem.wire.header import Concatenation, Header, InformationElement
from modem.wire.reports import DeliverReport, Parameters, StatusReport, SubmitReport
from modem.wire.times import AbsoluteValidity, EnhancedValidity, RelativeValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Command, Deliver, Submit
from modem.wire.user_data import UserData
from tests.wire import models

octet = st.integers(0, 255)
gsm7 = st.text(st.sampled_from(sorted(models.CHARACTERS)))
ucs2 = st.text(st.characters(exclude_categories=("Cs",)))


def gsm7_of(most: int) -> st.SearchStrategy[str]:
    return gsm7.map(lambda text: _cut(text, most, lambda character: len(models.CHARACTERS[character])))


def ucs2_of(most: int) -> st.SearchStrategy[str]:
    return ucs2.map(lambda text: _cut(text, most, lambda character: len(character.encode("utf-16-be")) // 2))


def _cut(text: str, most: int, size: object) -> str:
    assert callable(size)
    while sum(size(character) for character in text) > most:
        text = text[:-1]
    return text


numbers = st.builds(
    Address,
    st.text("0123456789*#abc", max_size=20),
    st.sampled_from([0x80 | ton << 4 | npi for ton in range(8) if ton != 5 for npi in range(16)]),
)
# A name of eight whose last character is @ reads as seven, see decode_address.
names = st.builds(Address, gsm7_of(11).filter(lambda name: not name.endswith("@")), st.sampled_from([0xD0, 0xD1]))
addresses = numbers | names

stamps = st.builds(
    lambda time, quarters: ServiceCentreTimeStamp.of(time.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))),
    st.datetimes(datetime(1990, 1, 1), datetime(2089, 12, 31)),  # noqa: DTZ001
    st.integers(-79, 79),
)
periods = (
    st.none()
    | st.builds(RelativeValidity, octet)
    | st.builds(AbsoluteValidity, stamps)
    | st.builds(lambda value: EnhancedValidity(bytes([1, value, 0, 0, 0, 0, 0])), octet)
)
headers: st.SearchStrategy[Header] = st.lists(
    st.builds(InformationElement, octet, st.binary(max_size=12))
    | st.builds(lambda reference: Concatenation(reference, 3, 2).element(), octet),
    max_size=4,
).map(tuple)


@st.composite
def contents(draw: st.DrawFn, with_header: bool = True) -> tuple[DataCoding, UserData]:
    """A coding and user data that fits it and one message."""
    coding = DataCoding.of(draw(octet))
    header = draw(headers) if with_header else ()
    empty_header = with_header and not header and draw(st.booleans())
    taken = 1 + sum(2 + len(data) for _, data in header) if header or empty_header else 0
    if coding.septets:
        body: str | bytes = draw(gsm7_of(160 - -(-taken * 8 // 7)))
    elif coding.text:
        body = draw(ucs2_of((140 - taken) // 2))
    else:
        body = draw(st.binary(max_size=140 - taken))
    return coding, UserData(body, header, empty_header)


flag = st.booleans()


@st.composite
def submits(draw: st.DrawFn) -> Submit:
    coding, user_data = draw(contents())
    return Submit(
        draw(addresses), user_data, coding, draw(octet), draw(octet), draw(periods), draw(flag), draw(flag), draw(flag)
    )


@st.composite
def delivers(draw: st.DrawFn) -> Deliver:
    coding, user_data = draw(contents())
    return Deliver(
        draw(addresses), draw(stamps), user_data, coding, draw(octet), draw(flag), draw(flag), draw(flag), draw(flag)
    )


@st.composite
def parameters(draw: st.DrawFn) -> Parameters:
    coding, user_data = draw(contents())
    shape = draw(st.integers(0, 3))
    identifier = draw(st.none() | octet)
    if shape == 0:
        return Parameters(identifier)
    return Parameters(identifier, coding, user_data if shape > 1 else None)


reports = st.builds(StatusReport, octet, addresses, stamps, stamps, octet, flag, flag, flag, st.none() | parameters())
commands = st.builds(Command, addresses, octet, octet, st.binary(max_size=157), octet, octet, flag, flag)
causes = st.none() | octet
deliver_reports = st.builds(DeliverReport, causes, parameters())
submit_reports = st.builds(SubmitReport, stamps, causes, parameters())
