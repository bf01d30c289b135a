"""V.250 5 and TS 27.007: command lines, and the shapes of answers."""

from __future__ import annotations

import contextlib
import time

import pytest

from modem.wire.at import (
    Call,
    CommandLineError,
    Form,
    Parameter,
    parse_command_line,
    parse_final,
    parse_parameters,
    parse_supported,
    quote,
)


def said(line: str) -> list[tuple[str, Form, list[str | None]]]:
    return [
        (call.name, call.form, [value.text if value else None for value in call.parameters])
        for call in parse_command_line(line)
    ]


A, R, T, S = Form.ACTION, Form.READ, Form.TEST, Form.SET


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("", []),
        ("  ", []),
        # 5.3.1 basic commands
        ("E0", [("E", A, ["0"])]),
        ("e0", [("E", A, ["0"])]),
        ("E", [("E", A, [])]),
        ("E0V1Q0", [("E", A, ["0"]), ("V", A, ["1"]), ("Q", A, ["0"])]),
        ("EVQ", [("E", A, []), ("V", A, []), ("Q", A, [])]),
        ("&F", [("&F", A, [])]),
        ("&F0&C1&D2", [("&F", A, ["0"]), ("&C", A, ["1"]), ("&D", A, ["2"])]),
        ("Z", [("Z", A, [])]),
        ("I9", [("I", A, ["9"])]),
        ("E 0 V 1", [("E", A, ["0"]), ("V", A, ["1"])]),
        ("X 004", [("X", A, ["004"])]),
        # 5.3.2 S registers
        ("S3=13", [("S3", S, ["13"])]),
        ("S3?", [("S3", R, [])]),
        ("S0=0S7=60", [("S0", S, ["0"]), ("S7", S, ["60"])]),
        ("S03?", [("S3", R, [])]),
        ("S3=", [("S3", S, [None])]),
        ("S3", [("S3", A, [])]),
        # 5.4 extended syntax
        ("+CSQ", [("+CSQ", A, [])]),
        ("+csq", [("+CSQ", A, [])]),
        ("+CREG?", [("+CREG", R, [])]),
        ("+CREG=?", [("+CREG", T, [])]),
        ("+CREG = ?", [("+CREG", T, [])]),
        ("+CREG=2", [("+CREG", S, ["2"])]),
        ("+CREG=", [("+CREG", S, [])]),
        ("+X=1,,3", [("+X", S, ["1", None, "3"])]),
        ("+X=,", [("+X", S, [None, None])]),
        ('+CMGS="2936"', [("+CMGS", S, ["2936"])]),
        ('+CMGS="+155;5,1",145', [("+CMGS", S, ["+155;5,1", "145"])]),
        ('+CPMS="ME","ME","MT"', [("+CPMS", S, ["ME", "ME", "MT"])]),
        ('+CPIN=""', [("+CPIN", S, [""])]),
        ('+X= "a" , 1 ', [("+X", S, ["a", "1"])]),
        ("+X=?1", [("+X", S, ["?1"])]),  # no test command: something follows
        ("+X=? ;E0", [("+X", T, []), ("E", A, ["0"])]),
        ('+X="=?"', [("+X", S, ["=?"])]),
        ("+IPR=115200;&W", [("+IPR", S, ["115200"]), ("&W", A, [])]),
        ("^CURC=0", [("^CURC", S, ["0"])]),
        ("$QCMGF=1", [("$QCMGF", S, ["1"])]),
        ("+CMGS=17", [("+CMGS", S, ["17"])]),
        ('+QCFG="nwscanmode",0,1', [("+QCFG", S, ["nwscanmode", "0", "1"])]),
        # 5.4.1 concatenation
        ("E0+CMEE=1;+CREG=2", [("E", A, ["0"]), ("+CMEE", S, ["1"]), ("+CREG", S, ["2"])]),
        ("+CMEE=1;E0", [("+CMEE", S, ["1"]), ("E", A, ["0"])]),
        ("+CSQ;+CREG?;+COPS=?", [("+CSQ", A, []), ("+CREG", R, []), ("+COPS", T, [])]),
        ("+CSQ ; +CREG?", [("+CSQ", A, []), ("+CREG", R, [])]),
        ("+CSQ;", [("+CSQ", A, [])]),
        # 6.3.1 the dial string takes the rest
        ("D*99#", [("D", A, ["*99#"])]),
        ("DT 555;+CSQ", [("D", A, ["T 555;+CSQ"])]),
        ("E0D123;", [("E", A, ["0"]), ("D", A, ["123;"])]),
    ],
)
def test_command_lines(line: str, calls: list[tuple[str, Form, list[str | None]]]) -> None:
    assert said(line) == calls


@pytest.mark.parametrize(
    "line",
    [
        "+",
        "+1",
        "?",
        "=",
        "1",
        "E0?5x!",
        "+CSQ+CREG?",
        "+CREG?1",
        "+CREG?+CSQ",
        '+CMGS="2936',
        '+CMGS=2936"',
        '+CMGS="2936"5',
        '+CMGS="29"36"',
        "&",
        "&1",
        "é",
        "E０",
        "S３?",
        "\\Q0",
        "~",
    ],
)
def test_what_is_no_command_line(line: str) -> None:
    with pytest.raises(CommandLineError):
        parse_command_line(line)


def test_quoted_and_escaped() -> None:
    """5.4.2.2: a backslash and two hexadecimal digits in a string."""
    assert parse_command_line('+X="1",1') == [Call("+X", S, (Parameter("1", quoted=True), Parameter("1")), '+X="1",1')]
    assert said(r'+X="a\22b\5C\0d"') == [("+X", S, ['a"b\\\r'])]
    assert said(r'+X="a\2"') == [("+X", S, ["a\\2"])]
    assert said(r"+X=a\22") == [("+X", S, [r"a\22"])]


def test_the_text_of_a_call_is_what_was_written() -> None:
    assert [call.text for call in parse_command_line('e0+cmgf=1;+CMGS="2936" ; S3?')] == [
        "e0",
        "+cmgf=1",
        '+CMGS="2936"',
        "S3?",
    ]


def test_numbers() -> None:
    assert Parameter("17").number == 17
    assert Parameter(" 007 ").number == 7
    for parameter in (
        Parameter("17", quoted=True),
        Parameter(""),
        Parameter("-1"),
        Parameter("1A"),
        Parameter("٣"),
        Parameter("²"),
    ):
        assert parameter.number is None
    assert Parameter("8944501234567890123").number == 8944501234567890123
    assert Parameter("89445012345678901234").number is None
    assert Parameter("9" * 100_000).number is None  # nobody's number, and slow to read


def test_long_lines_do_not_break_anything() -> None:
    for line in (
        "S" + "9" * 100_000,
        "E" + "1" * 100_000,
        "+X=" + "," * 100_000,
        "+" + "A" * 100_000,
        '+X="' + "a" * 100_000,
        ";" * 100_000,
        "E" * 50_000,
    ):
        start = time.perf_counter()
        with contextlib.suppress(CommandLineError):
            parse_command_line(line)
        assert time.perf_counter() - start < 1


def test_quote() -> None:
    assert quote("2936") == '"2936"'
    assert quote("SIM PIN") == '"SIM PIN"'
    for text in ('a"b', "a\rb", "\x1a", "\x7f"):
        with pytest.raises(ValueError, match="quoted string"):
            quote(text)


# --- answers: shapes that modems are known for -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        ("1", ["1"]),
        ('1,,"abc",3', ["1", None, "abc", "3"]),
        ("0,1,,147", ["0", "1", None, "147"]),  # +CMGL
        ("17,3,35", ["17", "3", "35"]),  # +CMGL without a name field
        ('0,"",50', ["0", "", "50"]),  # +CMGR
        (",0", [None, "0"]),
        (",,26", [None, None, "26"]),  # +CMGR of a report
        ('"STO UNSENT","",', ["STO UNSENT", "", None]),  # Quectel, +CSDH=0
        ('002,001,"18d8","ffff"', ["002", "001", "18d8", "ffff"]),  # +CREG, zero padded
        ("2,,", ["2", None, None]),
        ('"SM",3', ["SM", "3"]),  # +CMTI
        ('"SM", 1, 30, "SM", 1, 30', ["SM", "1", "30", "SM", "1", "30"]),  # blanks after the commas
        ("0,30,0,30", ["0", "30", "0", "30"]),  # +CPMS without names
        (
            '"+15551234567",,"13/03/18,17:07:21+32",145,4,0,0,"+86",145,28',
            ["+15551234567", None, "13/03/18,17:07:21+32", "145", "4", "0", "0", "+86", "145", "28"],
        ),
        ('6,120,,,"a","b",0', ["6", "120", None, None, "a", "b", "0"]),  # +CDS of older Telit
        ("READY", ["READY"]),
        ('"SIM PIN"', ["SIM PIN"]),
        ("1;2", ["1;2"]),  # a semicolon is a character in an answer
        ('"a" x,2', ["a", "2"]),
    ],
)
def test_answers(text: str, values: list[str | None]) -> None:
    assert [value.text if value else None for value in parse_parameters(text)] == values


def test_an_answer_with_half_a_string() -> None:
    with pytest.raises(CommandLineError):
        parse_parameters('1,"abc')


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("(0-2),(0,1)", [["0", "1", "2"], ["0", "1"]]),
        ('("SM","ME"),("SM"),("SM","ME")', [["SM", "ME"], ["SM"], ["SM", "ME"]]),
        ('"ME","MT","SM"', [["ME"], ["MT"], ["SM"]]),  # Huawei MU609: no lists
        ('(("SM","BM","SR"),("SM"))', [["SM", "BM", "SR"], ["SM"]]),  # Wavecom: doubled
        ("(),(),()", [[], [], []]),  # Nokia: nothing to read
        ('( "SM" , "ME" ), ( "SM" )', [["SM", "ME"], ["SM"]]),  # blanks everywhere
        (
            "(1,2),(0-3),(0,2),(0,1,2),(0,1)",
            [["1", "2"], ["0", "1", "2", "3"], ["0", "2"], ["0", "1", "2"], ["0", "1"]],
        ),
        ("(0 - 2, 5)", [["0", "1", "2", "5"]]),
        ("", []),
        ("0", [["0"]]),
        ("(2-0)", [["2-0"]]),
    ],
)
def test_supported_values(text: str, groups: list[list[str]]) -> None:
    assert parse_supported(text) == groups


def test_supported_values_without_end() -> None:
    start = time.perf_counter()
    parse_supported("(" * 100_000)
    parse_supported('"' * 100_001)
    parse_supported("(0-" * 30_000)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        ("OK", "OK", None),
        ("ok", "OK", None),
        ("ERROR", "ERROR", None),
        ("NO CARRIER", "NO CARRIER", None),
        ("BUSY", "BUSY", None),
        ("NO DIALTONE", "NO DIALTONE", None),
        ("CONNECT", "CONNECT", None),
        ("CONNECT 115200", "CONNECT", None),
        ("+CME ERROR: 10", "+CME ERROR", 10),
        ("+CME ERROR:10", "+CME ERROR", 10),
        ("+CME ERROR: SIM not inserted", "+CME ERROR", 10),
        ("+CME ERROR: incorrect password", "+CME ERROR", 16),
        ("+CMS ERROR: 500", "+CMS ERROR", 500),
        ("+CMS ERROR: Unknown error", "+CMS ERROR", 500),  # SIM7600 with +CMEE=2
        ("+CMS ERROR: invalid memory index", "+CMS ERROR", 321),
        ("+CMS ERROR: 512", "+CMS ERROR", 512),
        ("+CMS ERROR: so sorry", "+CMS ERROR", None),
        ("+CME ERROR: " + "9" * 10_000, "+CME ERROR", None),
        ("+CME ERROR: ٣", "+CME ERROR", None),
        ("+CME ERROR:", "+CME ERROR", None),
        ("COMMAND NOT SUPPORT", "ERROR", None),  # Huawei
        ("TOO MANY PARAMETERS", "ERROR", None),
    ],
)
def test_final_results(line: str, kind: str, code: int | None) -> None:
    for written in (line, f"  {line} "):
        final = parse_final(written)
        assert final is not None
        assert (final.kind, final.code, final.text) == (kind, code, line)
        assert final.ok == (kind in ("OK", "CONNECT"))


@pytest.mark.parametrize(
    "line",
    ["", "OKAY", "> ", "RING", '+CMTI: "SM",3', "OK OK", "ERRORS", "+CREG: 0,1", "CONNECTED", "0", "+CMS: 1", "BUSY!"],
)
def test_what_ends_no_answer(line: str) -> None:
    assert parse_final(line) is None


def test_a_test_command_ends_before_the_semicolon() -> None:
    """V.250 5.4.5: commands of a line are separated by semicolons, which belong to none of them."""
    assert [call.text for call in parse_command_line("+CMGF=?;+CSCA?")] == ["+CMGF=?", "+CSCA?"]


def test_an_escaped_quotation_mark() -> None:
    """V.250 5.4.2.2: within a string, a backslash and two hexadecimal digits; the string is still one."""
    (call,) = parse_command_line(r'+X="\22"')
    assert call.parameters == (Parameter('"', quoted=True),)


def test_a_range_of_one() -> None:
    assert parse_supported("(5-5),(0-1)") == [["5"], ["0", "1"]]


@pytest.mark.parametrize("code", [*range(0x20), 0x7F])
def test_no_control_can_be_quoted(code: int) -> None:
    with pytest.raises(ValueError, match="quoted"):
        quote(f"a{chr(code)}")
