"""libosmogsm, Osmocom's library in C, called through ctypes."""

from __future__ import annotations

import ctypes
import ctypes.util

LIBRARY = ctypes.util.find_library("osmogsm")


def osmogsm() -> ctypes.CDLL:
    """The library, with the types of what we call."""
    library = ctypes.CDLL(LIBRARY)
    library.gsm_septet_pack.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint8]
    library.gsm_septet_encode.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    library.gsm_7bit_decode_n_hdr.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p] + [ctypes.c_uint8] * 2
    library.gsm338_get_sms_alphabet.argtypes = [ctypes.c_uint8]
    library.gsm340_gen_oa.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint8, ctypes.c_uint8, ctypes.c_char_p]
    library.gsm340_gen_scts.argtypes = [ctypes.c_char_p, ctypes.c_long]
    library.gsm340_scts.argtypes = [ctypes.c_char_p]
    library.gsm340_scts.restype = ctypes.c_long
    library.gsm340_validity_period.argtypes = [ctypes.c_uint8, ctypes.c_char_p]
    library.gsm340_validity_period.restype = ctypes.c_ulong
    return library
