"""`NamedTuple` as `typing` has it, without importing `typing`, which costs more than the whole codec does.

On a small board that decides how long a short program takes to begin. Type checkers see the original.
"""

from __future__ import annotations

TYPE_CHECKING = False  # to type checkers it is true

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    # What the class statement, or namedtuple itself, has put in place already
    _IN_PLACE = {"__annotations__", "__classcell__", "__dict__", "__module__", "__qualname__", "__weakref__"}

    class _FromAnnotations(type):
        """Makes of a class with annotations the `collections.namedtuple` of these fields, with the class's methods."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = namespace["__annotations__"]
            defaults = [namespace[field] for field in fields if field in namespace]
            made = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            made.__annotations__ = fields
            for key, value in namespace.items():
                if key not in _IN_PLACE and key not in fields:
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_FromAnnotations):
        """The base of a class whose annotations are the fields of a tuple."""
