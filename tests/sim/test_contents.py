"""What is in the files of a new card (TS 31.102 4.2, TS 51.011 10, TS 102.221 13)."""

from __future__ import annotations

import pytest

from emulator.sim import Card, Ef
from emulator.sim.tree import (
    DF_GSM,
    DF_TELECOM,
    EF_AD,
    EF_DIR,
    EF_ICCID,
    EF_IMSI,
    EF_LND,
    EF_SPN,
    EF_UST,
    SST_SERVICES,
    UST_SERVICES,
)


@pytest.mark.parametrize(
    ("card", "fid", "content"),
    [
        # Test vectors of pySim (EF_ICCID, EF_IMSI, EF_SPN), which come from real cards.
        (Card(iccid="8988211000000430010"), EF_ICCID, "988812010000400310f0"),
        (Card(imsi="228062800000208"), EF_IMSI, "082982608200002080"),
        (Card(imsi="262011106487504"), EF_IMSI, "082926101160845740"),
        (Card(provider="GSM-R CH"), EF_SPN, "0147534d2d52204348ffffffffffffffff"),
        # As read from an EC20 by public transcripts: AT+CRSM=176,28589,0,0,4 -> 00000002.
        (Card(), EF_AD, "00000002"),
        (Card(mnc_digits=3), EF_AD, "00000003"),
        # TS 51.011 10.3.16: LAI with the third digit of the MNC between, TS 24.008 10.5.1.3; Annex E for the rest.
        (Card(imsi="262011106487504"), 0x6F7E, "ffffffff62f2100000ff01"),
        (Card(imsi="310410123456789", mnc_digits=3), 0x6F7E, "ffffffff1300140000ff01"),
        (Card(imsi="262011106487504"), 0x6F78, "0010"),  # 10.3.15: access class 4
    ],
)
def test_identity(card, fid, content):
    assert card.files[fid].data.hex() == content


def test_identity_is_read_from_the_files():
    card = Card(iccid="8988211000000430010", imsi="228062800000208")
    assert (card.iccid, card.imsi) == ("8988211000000430010", "228062800000208")
    card.files[EF_IMSI].data = bytes.fromhex("082926101160845740")
    assert card.imsi == "262011106487504"
    assert Card(imsi="00101123456789").imsi == "00101123456789"


def services(table: bytes, width: int) -> set[int]:
    """The services of a table that has `width` bits for each, as oFono reads them (simutil.c, sim_ust_is_available)."""
    return {
        index + 1
        for index in range(len(table) * 8 // width)
        if table[index * width // 8] >> (index * width % 8) & (1 << width) - 1
    }


def test_the_service_table_tells_the_truth():
    """TS 31.102 4.2.8: SMS 10, SMSR 11, SMSP 12, SPN 19, MSISDN 21, EST 34, ACL 35; 33 is set on every card."""
    (usim,) = Card().files.applications
    table = usim.children[EF_UST]
    assert isinstance(table, Ef)
    assert services(table.data, 1) == {2, 10, 11, 12, 19, 20, 21, 33, 34, 35}
    assert {fid for service, fid in UST_SERVICES.items() if service in services(table.data, 1)} <= set(usim.children)


def test_the_old_service_table_tells_the_truth():
    """TS 51.011 10.3.7, numbers as in oFono's simutil.h: CHV1, ADN, SMS, MSISDN, SMSP, LND, SPN, SMSR."""
    files = Card().files
    gsm, telecom = files.root.children[DF_GSM], files.root.children[DF_TELECOM]
    table = gsm.children[EF_UST].data
    assert services(table, 2) == {1, 2, 4, 9, 12, 13, 17, 35}
    assert table[0] == 0b11001111  # allocated and activated, both
    assert {SST_SERVICES[service] for service in services(table, 2) - {1}} <= {*gsm.children, *telecom.children}


def test_directories_share_their_files():
    """TS 31.102 4.2 and 4.4.2: what TELECOM and GSM had is the same file in the USIM."""
    files = Card().files
    (usim,) = files.applications
    telecom, gsm = files.root.children[DF_TELECOM], files.root.children[DF_GSM]
    for fid in (0x6F3C, 0x6F40, 0x6F42, 0x6F43, 0x6F47):
        assert usim.children[fid] is telecom.children[fid]
    for fid in (EF_IMSI, EF_AD, EF_SPN, 0x6F78, 0x6F7B, 0x6F7E):
        assert usim.children[fid] is gsm.children[fid]
    assert usim.children[EF_UST] is not gsm.children[EF_UST]


def test_the_directory_of_applications():
    """TS 102.221 13.1, in the form of oFono's test-simutil.c: 61 .. 4F 10 <AID> 50 .. <label>."""
    (record,) = Card().files[EF_DIR].records
    assert record.hex() == "61184f10a0000000871002ffffffff8907090000" + "5004" + b"USIM".hex() + "ff" * 12


def test_access_rules(reader):
    """TS 102.221 9.2.4 and 13.4, in the form of the rules of eUICC profiles (SIMalliance, "800101A406830101950108")."""
    reader.select("2F06")
    rules = [record.hex() for record in reader.card.files[0x2F06].records]
    assert rules[0].startswith("8001019000" + "800102a40683010a950108" + "800118a40683010a950108")
    assert "800101a406830101950108" + "800102a406830101950108" + "800118a40683010a950108" in rules
    assert any(rule.startswith("80010190008001029700") for rule in rules)  # EF_ICCID: always, never


def test_a_cyclic_file_holds_the_last_numbers_dialled():
    assert len(Card().files[EF_LND].records) == 10
