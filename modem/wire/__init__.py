"""The formats on the line: TS 23.038, TS 23.040, TS 27.005 PDU mode, V.250 and TS 27.007 grammar.

Pure functions and frozen types over the standard library only.
"""
