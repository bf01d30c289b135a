"""libosmogsm, Osmocom's library in C, called through ctypes."""

from __future__ import annotations

import ctypes
import ctypes.util

LIBRARY = ctypes.util.find_library("osmogsm")

# It speaks Latin-1; this is what Latin-1 holds of the default alphabet and its extension. Of these, version 1.7 writes
# ¤ as FF, § as { and ¿ as |, and reads some into other code pages.
LATIN = "@£$¥èéùìòÇ\nØ\rÅåø_ÆæßÉ !\"#%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜabcxyzäöñüà^{}\\[~]|"
READ_WRONG = "ø¡ÄÖÑÜäöñü"


def osmogsm() -> ctypes.CDLL:
    """The library, with the types of what we call."""
    library = ctypes.CDLL(LIBRARY)
    library.gsm_septet_pack.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint8]
    library.gsm_septet_encode.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    library.gsm_7bit_decode_n_hdr.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p] + [ctypes.c_uint8] * 2
    library.gsm_7bit_encode_n.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_void_p]
    library.gsm338_get_sms_alphabet.argtypes = [ctypes.c_uint8]
    library.gsm340_gen_oa.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint8, ctypes.c_uint8, ctypes.c_char_p]
    library.gsm340_gen_scts.argtypes = [ctypes.c_char_p, ctypes.c_long]
    library.gsm340_scts.argtypes = [ctypes.c_char_p]
    library.gsm340_scts.restype = ctypes.c_long
    library.gsm340_validity_period.argtypes = [ctypes.c_uint8, ctypes.c_char_p]
    library.gsm340_validity_period.restype = ctypes.c_ulong
    return library
