"""The stores of a modem, and what is in them from the start."""

from __future__ import annotations

from itertools import cycle, islice

from modem.wire.pdumode import PduModePdu

from ..sim import Card
from .profile import Profile, ProfileError
from .storage import CardStore, MemoryStore, Status, Store, Stored, UnionStore

# A profile's modem may have been in use before: messages and pages as other projects have published them.
_MESSAGES = (
    "07917248014000F3240B917247587706F400003110824115248012C8329BFD06C9C373B8B82C97E741F034",  # python-gsmmodem-new
    "07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07",  # ofono, unit/test-sms.c
    "06917228195339040B917228214365F700003130805120618005D4F29C2E03",  # python-gsmmodem-new
    "0891180978563412F0040B809010325476F80008022031611463630A30533093306B3061306F",  # node-sms-pdu, "こんにちは"
)
_REPORTS = (
    "07914306073011F006270B913426565711F7012081111345400120811174054043",  # python-messaging
    "07917248014000F506B70AA18092020000317071518590803170715185418000",  # python-gsmmodem-new
)
_FILL = "1A8D46A3D16834"  # carriage returns
_PAGES = (  # ofono, unit/test-sms.c: "Belconnen" and "Fraser"
    "011000320111C2327BFC76BBCBEE46A3D16834" + _FILL * 9 + "1A8D46A3D100",
    "0110003201114679785E9637" + _FILL * 10 + "1A8D46A3D100",
)


def stores_of(profile: Profile, card: Card | None) -> dict[str, Store]:
    """The stores by their names. Raises ProfileError when the profile names one that there is not.

    "SM_P" and "ME_P" of SIMCom, "preferred", are SM and ME: what they hold when those are full is not documented.
    """
    own = {name: MemoryStore(capacity) for name, capacity in profile.messages.capacities.items()}
    sim: Store = CardStore(card) if card else MemoryStore(0)
    stores: dict[str, Store] = {"SM": sim, **own}
    stores |= {"MT": UnionStore(own["ME"], sim), "SM_P": sim, "ME_P": own["ME"]}
    named = {name for names in profile.messages.memories for name in names}
    missing = sorted((named | set(profile.messages.used) | {profile.messages.report_memory or "SM"}) - set(stores))
    if missing:
        raise ProfileError(f"{profile.name}: messages: there is no memory {missing[0]!r}")
    for name, count in profile.messages.used.items():
        _fill(name, stores[name], count)
    return stores


def physical(name: str) -> str:
    """What unsolicited codes call a memory."""
    return name.removesuffix("_P")


def _fill(name: str, store: Store, count: int) -> None:
    if store.used:  # a card that comes with messages, or from another modem
        return
    for pdu in islice(cycle(_PAGES if name == "BM" else _REPORTS if name == "SR" else _MESSAGES), count):
        if name == "BM":
            store.write(Stored(Status.REC_READ, bytes.fromhex(pdu), page=True))
        else:
            tpdu, service_centre = PduModePdu.parse(pdu)
            store.write(Stored(Status.REC_READ, tpdu, service_centre))
