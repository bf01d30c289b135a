"""Files and directories of a card (TS 102.221 8): structures, access conditions, life cycle, and the tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

MF = 0x3F00
CURRENT_ADF = 0x7FFF  # TS 102.221 8.4.1: the directory of the application that runs on the channel


class Structure(IntEnum):
    """How a file is made up, as TS 51.011 9.3 numbers it."""

    TRANSPARENT = 0
    LINEAR_FIXED = 1
    CYCLIC = 3


class Condition(IntEnum):
    """What must be so before something may be done with a file, as TS 51.011 9.3 numbers it."""

    ALWAYS = 0
    PIN = 1
    PIN2 = 2
    ADM = 4
    NEVER = 15


@dataclass(frozen=True, slots=True)
class Access:
    """The conditions of a file. `manage` is for deactivation and activation."""

    read: Condition
    update: Condition
    manage: Condition = Condition.ADM


@dataclass(slots=True, eq=False)
class Ef:
    """A file. A transparent one is a list of one record."""

    fid: int
    access: Access
    records: list[bytes]
    structure: Structure = Structure.TRANSPARENT
    sfi: int = 0  # the short identifier, 0 when it has none
    active: bool = True

    @property
    def data(self) -> bytes:
        """What is in a transparent file."""
        return self.records[0]

    @data.setter
    def data(self, octets: bytes) -> None:
        self.records[0] = octets

    @property
    def size(self) -> int:
        """How many octets there are in all records."""
        return len(self.records) * len(self.records[0])


@dataclass(slots=True, eq=False)
class Df:
    """A directory: the MF, a DF, or with a `name` (its AID) the ADF of an application."""

    fid: int
    name: bytes = b""
    parent: Df | None = None
    children: dict[int, Df | Ef] = field(default_factory=dict)

    def add(self, *children: Df | Ef) -> Df:
        """Put children into it. A file may be in several directories, a directory in one."""
        for child in children:
            self.children[child.fid] = child
            if isinstance(child, Df):
                child.parent = self
        return self

    @property
    def files(self) -> Iterator[Ef]:
        """The files in it."""
        return (child for child in self.children.values() if isinstance(child, Ef))

    @property
    def directories(self) -> Iterator[Df]:
        """The directories in it; ADFs are found by their names only."""
        return (child for child in self.children.values() if isinstance(child, Df))

    def short(self, sfi: int) -> Ef | None:
        """The file with that short identifier."""
        return next((file for file in self.files if file.sfi == sfi), None)


class Place(NamedTuple):
    """Where one can be in the tree: in a directory, or at a file in it."""

    directory: Df
    file: Ef | None = None

    def down(self, fid: int) -> Place | None:
        """The child with that identifier."""
        child = None if self.file is not None else self.directory.children.get(fid)
        if child is None:
            return None
        return Place(child) if isinstance(child, Df) else Place(self.directory, child)


class FileSystem:
    """The tree of a card: the MF and the applications."""

    def __init__(self, root: Df, applications: Sequence[Df]) -> None:
        self.root = root
        self.applications = tuple(applications)

    @property
    def directories(self) -> tuple[Df, ...]:
        """All directories, in the order in which a modem looks for a file that it has no path of."""
        return (*self.applications, self.root, *self.root.directories)

    def __getitem__(self, fid: int) -> Ef:
        """The file that a modem means by an identifier alone. Raises KeyError when there is none."""
        place = self.find(fid)
        if place is None or place.file is None:
            raise KeyError(f"{fid:04X}")
        return place.file

    def find(self, fid: int) -> Place | None:
        """What has that identifier: in the first application, at the top, then in the DFs."""
        if fid == MF:
            return Place(self.root)
        found = (Place(directory).down(fid) for directory in self.directories)
        return next((place for place in found if place is not None), None)

    def follow(self, path: Iterable[int], start: Df, application: Df | None = None) -> Place | None:
        """What a path from `start` leads to; 7FFF in it is `application`."""
        place: Place | None = Place(start)
        for fid in path:
            if place is None:
                return None
            if fid != CURRENT_ADF:
                place = place.down(fid)
            elif application is not None:
                place = Place(application)
            else:
                return None
        return place

    def application(self, aid: bytes) -> Df | None:
        """The application whose AID begins so; right-hand truncation is allowed (TS 102.221 8.5.1.2)."""
        return next((adf for adf in self.applications if len(aid) >= 5 and adf.name.startswith(aid)), None)
