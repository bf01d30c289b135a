"""A PDU taken apart for people: every octet in one field, with its value, its clause and what is wrong with it.

`break_down` takes a PDU of a known kind apart, `read` finds out first which kind it is; `kinds` names them.
"""

from .breakdown import Breakdown, break_down
from .kinds import KINDS, Bits, Field, Kind
from .readings import Hint, Reading, read

__all__ = ["KINDS", "Bits", "Breakdown", "Field", "Hint", "Kind", "Reading", "break_down", "read"]
