"""Telephone books (TS 27.007 8.11 to 8.14)."""

from __future__ import annotations

from emulator.sim import EF_ECC, EF_FDN


def test_all_books(desk):
    books = '("SM","ME","LD","DC","MC","RC","ON","FD","EN")'
    assert desk.at("AT+CPBS=?") == [f"+CPBS: {books}", "OK"]
    sizes = {"SM": 100, "ME": 100, "LD": 10, "DC": 10, "MC": 10, "RC": 10, "ON": 1, "FD": 10, "EN": 1}
    for book, size in sizes.items():
        used = 1 if book == "EN" else 0
        assert desk.at(f'AT+CPBS="{book}";+CPBS?') == [f'+CPBS: "{book}",{used},{size}', "OK"]
        assert desk.at("AT+CPBR=?") == [f"+CPBR: (1-{size}),20,14", "OK"]
    assert desk.at('AT+CMEE=1;+CPBS="XX"') == ["+CME ERROR: 50"]


def test_emergency_numbers_are_the_cards(desk):
    """EF_ECC, TS 31.102 4.2.21: 11F2FF is 112."""
    desk.at('AT+CMEE=1;+CPBS="EN"')
    assert desk.card.files[EF_ECC].records[0].hex().startswith("11f2ff")
    assert desk.at("AT+CPBR=1") == ['+CPBR: 1,"112",129,""', "OK"]
    assert desk.at('AT+CPBW=1,"911"') == ["+CME ERROR: 3"]


def test_books_of_the_modem_and_of_the_card(desk):
    desk.at('AT+CPBS="ME"')
    assert desk.at('AT+CPBW=3,"2936",129,"Cloud"') == ["OK"]
    assert desk.at('AT+CPBS="SM";+CPBR=1,100') == ["OK"]
    assert desk.at('AT+CPBS="ME";+CPBF="Cl"') == ['+CPBF: 3,"2936",129,"Cloud"', "OK"]


def test_fixed_numbers_need_pin_2(desk):
    """8.11: <password>; three wrong ones ask for the PUK 2 (18)."""
    desk.at("AT+CMEE=1")
    assert desk.at('AT+CPBS="FD";+CPBW=1,"2936"') == ["+CME ERROR: 17"]
    assert desk.at('AT+CPBS="FD","0000"') == ["OK"]
    assert desk.at('AT+CPBW=1,"2936",129,"Cloud";+CPBR=1') == ['+CPBR: 1,"2936",129,"Cloud"', "OK"]
    assert desk.card.files[EF_FDN].records[0].startswith(b"Cloud\xff")
    for answer in ("+CME ERROR: 16", "+CME ERROR: 16", "+CME ERROR: 18", "+CME ERROR: 18"):
        assert desk.at('AT+CPBS="FD","1111"') == [answer]
    assert desk.at("AT+CPBW=1") == ["+CME ERROR: 18"]
    assert desk.at('AT+CPBS="FD","no"') == ["+CME ERROR: 18"]
