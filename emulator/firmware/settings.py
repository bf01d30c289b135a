"""What a client can set, by the name of the command that sets it: present values, saved ones, the factory's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

Values = tuple[int | str | None, ...]


class Settings:
    """Values by command name: ``E`` (1,), ``S3`` (13,), ``+CNMI`` (2, 1, 0, 0, 0).

    &W saves the present values, Z brings the saved ones back, &F the factory's (V.250 6.1.1, 6.1.2). What is `lasting`
    is saved as it is set.
    """

    def __init__(self, factory: Mapping[str, Values], lasting: Iterable[str] = ()) -> None:
        self._lasting = frozenset(lasting)
        self._factory = dict(factory)
        self._saved = dict(factory)
        self._values = dict(factory)

    def __getitem__(self, name: str) -> Values:
        return self._values[name]

    def __setitem__(self, name: str, values: Values) -> None:
        self._values[name] = values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def factory(self, name: str) -> Values:
        """The values that a factory-fresh modem has."""
        return self._factory[name]

    def number(self, name: str, position: int = 0) -> int:
        """A numeric value."""
        value = self._values[name][position]
        assert isinstance(value, int), name
        return value

    def string(self, name: str, position: int = 0) -> str:
        """A string value."""
        value = self._values[name][position]
        assert isinstance(value, str), name
        return value

    def replace(self, name: str, position: int, value: int | str) -> None:
        """Set one of several values."""
        values = list(self._values[name])
        values[position] = value
        self._values[name] = tuple(values)

    @property
    def line_end(self) -> tuple[int, int]:
        """The codes in S3 and S4, which end and begin every line sent (V.250 6.2.1, 6.2.2)."""
        return self.number("S3"), self.number("S4")

    def restore_factory(self) -> None:
        """&F."""
        self._values = dict(self._factory)

    def restore_saved(self) -> None:
        """Z."""
        lasting = {name: values for name, values in self._values.items() if name in self._lasting}
        self._values = self._saved | lasting

    def save(self) -> None:
        """&W."""
        self._saved = dict(self._values)
