"""The files of a new card: what TS 31.102 4.2 and TS 51.011 10 want to be there, and what SMS needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from modem.wire.address import encode_semi_octets
from modem.wire.alphabet import encode_gsm7
from modem.wire.records import SmsRecord

from .files import CURRENT_ADF, MF, Access, Condition, Df, Ef, FileSystem, Structure
from .numbers import ALPHA_OCTETS, number_record

EF_DIR = 0x2F00
EF_PL = 0x2F05
EF_ARR = 0x2F06
EF_ICCID = 0x2FE2
DF_TELECOM = 0x7F10
DF_GSM = 0x7F20
EF_LI = 0x6F05  # in DF GSM: EF_LP
EF_IMSI = 0x6F07
EF_UST = 0x6F38  # in DF GSM: EF_SST
EF_ADN = 0x6F3A
EF_FDN = 0x6F3B
EF_SMS = 0x6F3C
EF_MSISDN = 0x6F40
EF_SMSP = 0x6F42
EF_SMSS = 0x6F43
EF_LND = 0x6F44
EF_SPN = 0x6F46
EF_SMSR = 0x6F47
EF_EST = 0x6F56
EF_ACL = 0x6F57
EF_FPLMN = 0x6F7B
EF_AD = 0x6FAD
EF_ECC = 0x6FB7
EF_PLMN_ACT = 0x6F60

USIM = bytes.fromhex("A0000000871002FFFFFFFF8907090000")  # TS 101 220 Annex E: RID of 3GPP, 1002 for a USIM

# TS 31.102 4.2.8 and TS 51.011 10.3.7: the service that says that a file is there.
UST_SERVICES = {
    2: EF_FDN,
    10: EF_SMS,
    11: EF_SMSR,
    12: EF_SMSP,
    19: EF_SPN,
    20: EF_PLMN_ACT,
    21: EF_MSISDN,
    34: EF_EST,
    35: EF_ACL,
}
SST_SERVICES = {2: EF_ADN, 4: EF_SMS, 9: EF_MSISDN, 12: EF_SMSP, 13: EF_LND, 17: EF_SPN, 35: EF_SMSR}
_UST_ALWAYS = 33  # "shall be set to '1'"
_SST_ALWAYS = 1  # CHV1 can be disabled

PREFERENCE_UNUSED = bytes.fromhex("FFFFFF0000")  # of EF_PLMNwAcT (TS 31.102 4.2.5)

_ALWAYS, _PIN, _PIN2, _ADM, _NEVER = Condition
_OPEN = Access(_ALWAYS, _ADM)
_OPEN_TO_PIN = Access(_ALWAYS, _PIN)
_SUBSCRIBER = Access(_PIN, _PIN)
_NETWORK = Access(_PIN, _ADM)
_LIMITS = Access(_PIN, _PIN2)

_LOCATION = "FFFFFFFF {plmn} 0000 FF 01"  # TS 51.011 Annex E: no TMSI, not updated


def new_file_system(
    *,
    iccid: str,
    imsi: str,
    msisdn: str,
    provider: str,
    sms_records: int,
    phonebook_records: int,
    mnc_digits: int,
) -> FileSystem:
    """The tree of a new card. The same file may stand in several directories: it is one file."""
    plmn = _plmn(imsi, mnc_digits)
    number_octets = ALPHA_OCTETS + 14
    own_number = number_record("", msisdn) if msisdn else unused(number_octets)
    location = bytes.fromhex(_LOCATION.format(plmn=plmn.hex()))
    messages = (
        Ef(EF_SMS, _SUBSCRIBER, [SmsRecord().encode()] * sms_records, Structure.LINEAR_FIXED),
        Ef(EF_MSISDN, _SUBSCRIBER, [own_number], Structure.LINEAR_FIXED),
        Ef(EF_SMSP, _SUBSCRIBER, [unused(ALPHA_OCTETS + 28)], Structure.LINEAR_FIXED),
        Ef(EF_SMSS, _SUBSCRIBER, [unused(2)]),
        Ef(EF_SMSR, _SUBSCRIBER, [b"\0" + unused(29)] * 4, Structure.LINEAR_FIXED),
    )
    subscriber = (
        Ef(EF_IMSI, _NETWORK, [_imsi(imsi)], sfi=0x07),
        Ef(0x6F31, _NETWORK, [b"\x05"], sfi=0x12),  # EF_HPPLMN: look for the home network every 30 minutes
        Ef(EF_SPN, _OPEN, [b"\x01" + encode_gsm7(provider)[:16].ljust(16, b"\xff")]),
        Ef(0x6F78, _NETWORK, [(1 << int(imsi[-1])).to_bytes(2, "big")], sfi=0x06),  # EF_ACC
        Ef(EF_FPLMN, _SUBSCRIBER, [unused(12)], sfi=0x0D),
        Ef(0x6F7E, _SUBSCRIBER, [location], sfi=0x0B),  # EF_LOCI
        Ef(EF_AD, _OPEN, [bytes([0, 0, 0, mnc_digits])], sfi=0x03),
    )
    usim = Df(CURRENT_ADF, USIM).add(
        *subscriber,
        *messages,
        Ef(EF_LI, _OPEN_TO_PIN, [b"en"], sfi=0x02),
        Ef(0x6F08, _SUBSCRIBER, [b"\x07" + unused(32)], sfi=0x08),  # EF_Keys: 07 is "no key"
        Ef(0x6F09, _SUBSCRIBER, [b"\x07" + unused(32)], sfi=0x09),  # EF_KeysPS
        Ef(EF_EST, _LIMITS, [b"\0"], sfi=0x05),
        Ef(EF_FDN, _LIMITS, [unused(number_octets)] * 10, Structure.LINEAR_FIXED),
        Ef(EF_ACL, _LIMITS, [b"\0" + unused(31)]),
        Ef(0x6F5B, _SUBSCRIBER, [bytes.fromhex("F00000F00000")], sfi=0x0F),  # EF_START-HFN
        Ef(0x6F5C, _NETWORK, [unused(3)], sfi=0x10),  # EF_THRESHOLD
        Ef(0x6F73, _SUBSCRIBER, [unused(7) + plmn + b"\0\0\xff\x01"], sfi=0x0C),  # EF_PSLOCI
        Ef(EF_ECC, _OPEN, [bytes.fromhex("11F2FF00")], Structure.LINEAR_FIXED, sfi=0x01),  # EF_ECC: 112
        Ef(EF_PLMN_ACT, _SUBSCRIBER, [PREFERENCE_UNUSED * 8], sfi=0x0A),
        Ef(0x6FC4, _SUBSCRIBER, [unused(46)]),  # EF_NETPAR
    )
    usim.add(Ef(EF_UST, _NETWORK, [_service_bits(usim, UST_SERVICES)], sfi=0x04))
    telecom = Df(DF_TELECOM).add(
        *messages,
        Ef(EF_ADN, _SUBSCRIBER, [unused(number_octets)] * phonebook_records, Structure.LINEAR_FIXED),
        Ef(EF_LND, _SUBSCRIBER, [unused(number_octets)] * 10, Structure.CYCLIC),
    )
    gsm = Df(DF_GSM).add(
        *subscriber,
        Ef(EF_LI, _OPEN_TO_PIN, [b"\x01"]),  # EF_LP: English (TS 23.038)
        Ef(0x6F20, _SUBSCRIBER, [unused(8) + b"\x07"]),  # EF_Kc: no key
        Ef(0x6F74, _SUBSCRIBER, [unused(16)]),  # EF_BCCH
        Ef(0x6FAE, _OPEN, [b"\x03"]),  # EF_Phase: 2+
    )
    gsm.add(Ef(EF_UST, _NETWORK, [_service_pairs((gsm, telecom))]))
    label = bytes.fromhex("5004") + b"USIM"
    template = bytes([0x4F, len(USIM)]) + USIM + label
    entry = bytes([0x61, len(template)]) + template
    root = Df(MF).add(
        Ef(EF_ICCID, Access(_ALWAYS, _NEVER), [encode_semi_octets(iccid).ljust(10, b"\xff")], sfi=0x02),
        Ef(EF_DIR, _OPEN, [entry.ljust(38, b"\xff")], Structure.LINEAR_FIXED, sfi=0x1E),
        Ef(EF_PL, _OPEN_TO_PIN, [b"en\xff\xff"], sfi=0x05),
        telecom,
        gsm,
    )
    usim.parent = root  # without being a child: only its name leads to it
    files = FileSystem(root, (usim,))
    rules = [_access_rule(access) for access in access_rules(files.directories)]
    longest = max(map(len, rules))
    padded = [rule.ljust(longest, b"\xff") for rule in rules]
    root.add(Ef(EF_ARR, _OPEN, padded, Structure.LINEAR_FIXED, sfi=0x06))
    return files


def access_rules(directories: Iterable[Df]) -> list[Access]:
    """The different access conditions that files have, in the order of the records of EF_ARR; _OPEN is the first."""
    return list(dict.fromkeys([_OPEN, *(file.access for directory in directories for file in directory.files)]))


def _access_rule(access: Access) -> bytes:
    """A record of EF_ARR (TS 102.221 13.4): what may be done, and under which condition, for each kind of access."""
    modes = ((0x01, access.read), (0x02, access.update), (0x18, access.manage))  # 18: activate and deactivate
    return b"".join([bytes([0x80, 1, mode]) + _SECURITY[condition] for mode, condition in modes])


# ISO 7816-4: ALWAYS, NEVER, or the key that must have been verified (usage 08: user authentication).
_SECURITY = {
    _ALWAYS: bytes.fromhex("9000"),
    _PIN: bytes.fromhex("A406830101950108"),
    _PIN2: bytes.fromhex("A406830181950108"),
    _ADM: bytes.fromhex("A40683010A950108"),
    _NEVER: bytes.fromhex("9700"),
}


def unused(length: int) -> bytes:
    """Octets that nobody has written."""
    return b"\xff" * length


def _service_bits(directory: Df, services: Mapping[int, int]) -> bytes:
    """EF_UST: a bit for each service, the first in bit 1 of the first octet."""
    bits = 1 << _UST_ALWAYS - 1
    for service, fid in services.items():
        bits |= (fid in directory.children) << service - 1
    return bits.to_bytes(5, "little")


def _service_pairs(directories: tuple[Df, ...]) -> bytes:
    """EF_SST: two bits for each service, allocated and activated."""
    bits = 3 << 2 * (_SST_ALWAYS - 1)
    for service, fid in SST_SERVICES.items():
        if any(fid in directory.children for directory in directories):
            bits |= 3 << 2 * (service - 1)
    return bits.to_bytes(9, "little")


def _imsi(imsi: str) -> bytes:
    """EF_IMSI: a length, then a nibble of parity and type in front of the digits (TS 51.011 10.3.2)."""
    parity = 9 if len(imsi) % 2 else 1
    nibbles = encode_semi_octets(f"{parity}{imsi}")
    return bytes([len(nibbles)]) + nibbles.ljust(8, b"\xff")


def _plmn(imsi: str, mnc_digits: int) -> bytes:
    """The home network as in a location area (TS 24.008 10.5.1.3): MCC, with the third digit of the MNC in between."""
    mcc, mnc = imsi[:3], imsi[3 : 3 + mnc_digits]
    return bytes.fromhex(f"{mcc[1]}{mcc[0]}{mnc[2:] or 'F'}{mcc[2]}{mnc[1]}{mnc[0]}")
