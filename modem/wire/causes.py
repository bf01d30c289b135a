"""Causes: what the numbers of +CME ERROR, +CMS ERROR, RP-ERROR and TP-FCS mean."""

from __future__ import annotations

# +CME ERROR (TS 27.007 9.2)
CME: dict[int, str] = {
    0: "phone failure",
    1: "no connection to phone",
    2: "phone-adaptor link reserved",
    3: "operation not allowed",
    4: "operation not supported",
    5: "PH-SIM PIN required",
    6: "PH-FSIM PIN required",
    7: "PH-FSIM PUK required",
    10: "SIM not inserted",
    11: "SIM PIN required",
    12: "SIM PUK required",
    13: "SIM failure",
    14: "SIM busy",
    15: "SIM wrong",
    16: "incorrect password",
    17: "SIM PIN2 required",
    18: "SIM PUK2 required",
    20: "memory full",
    21: "invalid index",
    22: "not found",
    23: "memory failure",
    24: "text string too long",
    25: "invalid characters in text string",
    26: "dial string too long",
    27: "invalid characters in dial string",
    30: "no network service",
    31: "network timeout",
    32: "network not allowed - emergency calls only",
    40: "network personalization PIN required",
    41: "network personalization PUK required",
    42: "network subset personalization PIN required",
    43: "network subset personalization PUK required",
    44: "service provider personalization PIN required",
    45: "service provider personalization PUK required",
    46: "corporate personalization PIN required",
    47: "corporate personalization PUK required",
    48: "hidden key required",
    49: "EAP method not supported",
    50: "incorrect parameters",
    51: "command implemented but currently disabled",
    52: "command aborted by user",
    53: "not attached to network due to MT functionality restrictions",
    54: "MT restricted to emergency calls only",
    55: "operation not allowed because of MT functionality restrictions",
    56: "fixed dial number only",
    57: "temporarily out of service due to other MT usage",
    58: "language/alphabet not supported",
    59: "unexpected data value",
    60: "system failure",
    61: "data missing",
    62: "call barred",
    63: "message waiting indication subscription failure",
    100: "unknown",
    # Of attaching to the network and of data sessions.
    102: "IMSI unknown in HLR/HSS",
    103: "illegal MS/UE",
    104: "IMSI unknown in VLR",
    105: "IMEI not accepted",
    106: "illegal ME",
    107: "PS services not allowed",
    108: "PS and non-PS services not allowed",
    109: "UE identity not derived by the network",
    110: "implicitly detached",
    111: "PLMN not allowed",
    112: "area not allowed",
    113: "roaming not allowed in this area",
    114: "PS services not allowed in this PLMN",
    115: "no suitable cells in this area",
    116: "MSC temporarily not reachable",
    117: "network failure",
    118: "CS domain not available",
    119: "ESM failure",
    122: "congestion",
    124: "MBMS bearer capabilities insufficient for the service",
    125: "not authorized for this CSG",
    126: "insufficient resources",
    127: "missing or unknown APN",
    128: "unknown PDP address or PDP type",
    129: "user authentication failed",
    130: "activation rejected by GGSN or gateway",
    131: "activation rejected, unspecified",
    132: "service option not supported",
    133: "requested service option not subscribed",
    134: "service option temporarily out of order",
    135: "NSAPI or PTI already in use",
    136: "regular deactivation",
    137: "QoS not accepted",
    138: "call cannot be identified",
    139: "CS service temporarily not available",
    140: "feature not supported",
    141: "semantic error in the TFT operation",
    142: "syntactical error in the TFT operation",
    143: "unknown PDP context",
    144: "semantic errors in packet filters",
    145: "syntactical errors in packet filters",
    146: "PDP context without TFT already activated",
    147: "multicast group membership timeout",
    148: "unspecified GPRS error",
    149: "PDP authentication failure",
    150: "invalid mobile class",
    151: "last PDN disconnection not allowed (legacy)",
    171: "last PDN disconnection not allowed",
    172: "semantically incorrect message",
    173: "invalid mandatory information",
    174: "message type non-existent or not implemented",
    175: "conditional IE error",
    176: "protocol error, unspecified",
    177: "operator determined barring",
    178: "maximum number of bearers reached",
    179: "requested APN not supported",
    180: "request rejected, BCM violation",
    181: "unsupported QCI or 5QI value",
    182: "user data transmission via control plane congested",
    183: "SMS provided via GPRS in this routing area",
    184: "invalid PTI value",
    185: "no bearer activated",
    186: "message not compatible with protocol state",
    187: "recovery on timer expiry",
    188: "invalid transaction identifier value",
    189: "service option not authorized in this PLMN",
    190: "network failure on activation",
    191: "reactivation requested",
    192: "IPv4 only allowed",
    193: "IPv6 only allowed",
    194: "single address bearers only allowed",
    195: "collision with network initiated request",
    196: "IPv4v6 only allowed",
    197: "non-IP only allowed",
    198: "bearer handling not supported",
    199: "APN restriction value incompatible with active context",
    200: "multiple accesses to a PDN connection not allowed",
    201: "ESM information not received",
    202: "PDN connection does not exist",
    203: "multiple PDN connections for a given APN not allowed",
    204: "severe network failure",
    205: "insufficient resources for specific slice and DNN",
    206: "not supported SSC mode",
    207: "insufficient resources for specific slice",
    208: "message type not compatible with protocol state",
    209: "information element non-existent or not implemented",
    210: "N1 mode not allowed",
    211: "restricted service area",
    212: "LADN not available",
    213: "missing or unknown DNN in a slice",
    214: "ngKSI already in use",
    215: "payload was not forwarded",
    216: "non-3GPP access to 5GCN not allowed",
    217: "serving network not authorized",
    218: "DNN not supported or not subscribed in the slice",
    219: "insufficient user plane resources for the PDU session",
    220: "out of LADN service area",
    221: "PTI mismatch",
    222: "maximum data rate for user plane integrity protection too low",
    223: "semantic error in the QoS operation",
    224: "syntactical error in the QoS operation",
    225: "invalid mapped EPS bearer identity",
    226: "redirection to 5GCN required",
    227: "redirection to EPC required",
    228: "temporarily not authorized for this SNPN",
    229: "permanently not authorized for this SNPN",
    230: "Ethernet only allowed",
    231: "not authorized for this CAG",
    232: "no network slices available",
    233: "wireline access area not allowed",
}

# RP-Cause, mobile originated and terminated (TS 24.011 8.2.5.4)
RP_CAUSE: dict[int, str] = {
    1: "unassigned (unallocated) number",
    8: "operator determined barring",
    10: "call barred",
    11: "reserved",
    17: "network failure",
    21: "short message transfer rejected",
    22: "memory capacity exceeded",
    27: "destination out of order",
    28: "unidentified subscriber",
    29: "facility rejected",
    30: "unknown subscriber",
    38: "network out of order",
    41: "temporary failure",
    42: "congestion",
    47: "resources unavailable, unspecified",
    50: "requested facility not subscribed",
    69: "requested facility not implemented",
    81: "invalid short message transfer reference value",
    95: "invalid message, unspecified",
    96: "invalid mandatory information",
    97: "message type non-existent or not implemented",
    98: "message not compatible with short message protocol state",
    99: "information element non-existent or not implemented",
    111: "protocol error, unspecified",
    127: "interworking, unspecified",
}

# TP-Failure-Cause (TS 23.040 9.2.3.22)
FAILURE_CAUSE: dict[int, str] = {
    0x80: "telematic interworking not supported",
    0x81: "short message type 0 not supported",
    0x82: "cannot replace short message",
    0x8F: "unspecified TP-PID error",
    0x90: "data coding scheme (alphabet) not supported",
    0x91: "message class not supported",
    0x9F: "unspecified TP-DCS error",
    0xA0: "command cannot be actioned",
    0xA1: "command unsupported",
    0xAF: "unspecified TP-Command error",
    0xB0: "TPDU not supported",
    0xC0: "SC busy",
    0xC1: "no SC subscription",
    0xC2: "SC system failure",
    0xC3: "invalid SME address",
    0xC4: "destination SME barred",
    0xC5: "SM rejected - duplicate SM",
    0xC6: "TP-VPF not supported",
    0xC7: "TP-VP not supported",
    0xD0: "(U)SIM SMS storage full",
    0xD1: "no SMS storage capability in (U)SIM",
    0xD2: "error in MS",
    0xD3: "memory capacity exceeded",
    0xD4: "(U)SIM application toolkit busy",
    0xD5: "(U)SIM data download error",
    0xFF: "unspecified error cause",
}

# +CMS ERROR (TS 27.005 3.2.5): 0..127 are RP causes, 128..255 TP failure causes, the rest is the modem's own.
CMS: dict[int, str] = {
    **RP_CAUSE,
    **FAILURE_CAUSE,
    300: "ME failure",
    301: "SMS service of ME reserved",
    302: "operation not allowed",
    303: "operation not supported",
    304: "invalid PDU mode parameter",
    305: "invalid text mode parameter",
    310: "(U)SIM not inserted",
    311: "(U)SIM PIN required",
    312: "PH-(U)SIM PIN required",
    313: "(U)SIM failure",
    314: "(U)SIM busy",
    315: "(U)SIM wrong",
    316: "(U)SIM PUK required",
    317: "(U)SIM PIN2 required",
    318: "(U)SIM PUK2 required",
    320: "memory failure",
    321: "invalid memory index",
    322: "memory full",
    330: "SMSC address unknown",
    331: "no network service",
    332: "network timeout",
    340: "no +CNMA acknowledgement expected",
    500: "unknown error",
}

# What manufacturers add to +CMS ERROR. 256 to 263 are in papers of Siemens; of the numbers from 512 Siemens, Cinterion
# and SIMCom share many (gammu has them), and others give them other meanings: they are not in CMS for that.
CMS_OF_MANUFACTURERS: dict[int, str] = {
    256: "operation temporarily not allowed",
    257: "call barred",
    258: "phone is busy",
    259: "user abort",
    260: "invalid dial string",
    261: "supplementary service not executed",
    262: "SIM blocked",
    263: "invalid block",
    512: "user abort",
    513: "unable to store",
    514: "invalid status",
    515: "invalid character in address string",
    516: "invalid length",
    517: "invalid character in PDU",
    519: "invalid length or character",
    520: "invalid character in text",
    521: "timer expired",
    522: "operation temporarily not allowed",
    532: "SIM not ready",
    534: "cell broadcast error",
    535: "protocol stack busy",
    538: "invalid parameter",
    549: "incorrect PDU length",
    550: "invalid message type indicator",
    551: "invalid characters in address",
    553: "incorrect user data length",
    554: "incorrect service centre address length",
    615: "network failure",
    616: "network is down",
}

# The cause may be gone in a moment: the same message, sent again, can succeed.
_TRANSIENT_CMS = frozenset((17, 22, 27, 38, 41, 42, 47, 0xC0, 0xC2, 0xD0, 0xD3, 0xD4, 301, 314, 331, 332, 513, 515))
# Of the manufacturers' numbers: 513 no acknowledgement from the network in time, 515 please wait, initialisation in
# progress (Wavecom, Siemens).
_UNCLEAR_CMS = frozenset((127, 255, 300, 320, 500, 512))
_TRANSIENT_CME = frozenset((0, 14, 23, 30, 31, 57, 60, 515))
_UNCLEAR_CME = frozenset((100, 148))


def is_transient_cms(code: int) -> bool | None:
    """Whether a +CMS ERROR, and so an RP cause or TP-FCS, may pass by itself; None where the number does not tell."""
    if code in _TRANSIENT_CMS:
        return True
    return False if code in CMS and code not in _UNCLEAR_CMS else None


def is_transient_cme(code: int) -> bool | None:
    """Whether a +CME ERROR may pass by itself; None where the number does not tell."""
    return None if code in _UNCLEAR_CME else code in _TRANSIENT_CME


def number_of(words: str, table: dict[int, str]) -> int | None:
    """The number whose words a modem printed (+CMEE=2), or None. Case, and (U) before SIM, do not matter."""
    wanted = _plain(words)
    for number, known in table.items():
        if _plain(known) == wanted:
            return number
    return None


def _plain(words: str) -> str:
    return words.strip().lower().replace("(u)sim", "sim").replace(" error", "").replace("failure", "fail")


def cms_words(code: int) -> str:
    """A +CMS ERROR in words; of a manufacturer's number, what it means with some of them."""
    if code in CMS:
        return CMS[code]
    if code in CMS_OF_MANUFACTURERS:
        return f"{CMS_OF_MANUFACTURERS[code]} (with some manufacturers)"
    return "specific to the manufacturer" if code >= 512 else failure_words(code)


def failure_words(cause: int) -> str:
    """TP-FCS (0..255) in words."""
    if cause in FAILURE_CAUSE:
        return FAILURE_CAUSE[cause]
    return "specific to an application" if 0xE0 <= cause <= 0xFE else "reserved"
