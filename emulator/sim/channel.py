"""A logical channel: what is selected on it, and what can be done with that (TS 102.221 8.4, 11.1; TS 51.011 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .apdu import Refused, Wrong
from .files import CURRENT_ADF, MF, Condition, Df, Ef, Place, Structure

if TYPE_CHECKING:
    from .card import Card

NEXT, PREVIOUS, ABSOLUTE = 2, 3, 4  # modes of READ RECORD and UPDATE RECORD
LAST = 255  # no file has so many records


class Channel:
    """Its own directory, file and record pointer; PINs and files are the card's. All methods raise Refused."""

    def __init__(self, card: Card, application: Df | None = None) -> None:
        self.card = card
        self.application = application
        self.directory: Df = application or card.files.root
        self.file: Ef | None = None
        self._pointer = 0  # the current record, counted from 1; 0 for none

    # --- selection ---

    def select(self, fid: int) -> Df | Ef:
        """Select by identifier, from where the channel is (TS 102.221 8.4.1)."""
        return self.enter(self._reachable(fid))

    def _reachable(self, fid: int) -> Place | None:
        """The MF, a child, the directory itself, its parent, or a directory beside it."""
        directory, parent = self.directory, self.directory.parent
        if fid == MF:
            return Place(self.card.files.root)
        if fid == CURRENT_ADF:
            return Place(self.application) if self.application is not None else None
        near = (directory, *((parent, *parent.directories) if parent is not None else ()))
        return Place(directory).down(fid) or next((Place(other) for other in near if other.fid == fid), None)

    def select_path(self, path: Sequence[int], from_root: bool = True) -> Df | Ef:
        """Select by path from the MF, or from the current directory (TS 102.221 8.4.2)."""
        start = self.card.files.root if from_root else self.directory
        return self.enter(self.card.files.follow(path, start, self.application))

    def select_application(self, aid: bytes) -> Df:
        """Start an application, by its name or the beginning of it."""
        found = self.card.files.application(aid)
        if found is None:
            raise Refused(Wrong.FILE)
        self.application = found
        self.enter(Place(found))
        return found

    def select_parent(self) -> Df | Ef:
        """Go one directory up."""
        parent = self.directory.parent
        return self.enter(Place(parent) if parent is not None else None)

    def select_short(self, sfi: int) -> None:
        """Select a file of the current directory by its short identifier, as commands that name one do."""
        found = self.directory.short(sfi)
        self.enter(Place(self.directory, found) if found is not None else None)

    def enter(self, place: Place | None) -> Df | Ef:
        """Be at a place from now on."""
        if place is None:
            raise Refused(Wrong.FILE)
        self.directory, self.file = place
        self._pointer = 1 if self.file is not None and self.file.structure is Structure.CYCLIC else 0
        return self.file or self.directory

    # --- contents ---

    def _file(self, *structures: Structure) -> Ef:
        if self.file is None:
            raise Refused(Wrong.NO_FILE)
        if self.file.structure not in structures:
            raise Refused(Wrong.STRUCTURE)
        return self.file

    def _may(self, condition: Condition, file: Ef) -> None:
        if not self.card.allows(condition):
            raise Refused(Wrong.ACCESS)
        if not file.active:
            raise Refused(Wrong.DEACTIVATED)

    def read_binary(self, offset: int, count: int) -> bytes:
        """Octets of a transparent file."""
        file = self._file(Structure.TRANSPARENT)
        self._may(file.access.read, file)
        left = len(file.data) - offset
        if left <= 0:
            raise Refused(Wrong.OFFSET)
        if count > left:
            raise Refused(Wrong.EXPECTED, left & 0xFF)
        return file.data[offset : offset + count]

    def update_binary(self, offset: int, octets: bytes) -> None:
        """Overwrite octets of a transparent file."""
        file = self._file(Structure.TRANSPARENT)
        self._may(file.access.update, file)
        if offset >= len(file.data):
            raise Refused(Wrong.OFFSET)
        if not octets or offset + len(octets) > len(file.data):
            raise Refused(Wrong.LENGTH)
        file.data = file.data[:offset] + octets + file.data[offset + len(octets) :]

    def read_record(self, number: int, mode: int) -> bytes:
        """A record. Number 0 in the absolute mode is the current one."""
        file = self._file(Structure.LINEAR_FIXED, Structure.CYCLIC)
        self._may(file.access.read, file)
        return file.records[self._record(file, number, mode)]

    def update_record(self, number: int, mode: int, octets: bytes) -> None:
        """Overwrite a record; of a cyclic file always the oldest, which becomes the first (mode PREVIOUS)."""
        file = self._file(Structure.LINEAR_FIXED, Structure.CYCLIC)
        if file.structure is Structure.CYCLIC and mode != PREVIOUS:
            raise Refused(Wrong.PARAMETERS)
        self._may(file.access.update, file)
        if len(octets) != len(file.records[0]):
            raise Refused(Wrong.LENGTH)
        if file.structure is Structure.CYCLIC:
            file.records.pop()
            file.records.insert(0, octets)
            self._pointer = 1
        else:
            file.records[self._record(file, number, mode)] = octets

    def _record(self, file: Ef, number: int, mode: int) -> int:
        """The index of a record; NEXT and PREVIOUS move the pointer, in a cyclic file round the end."""
        count = len(file.records)
        if mode == ABSOLUTE:
            number = number or self._pointer
            if not 1 <= number <= count:
                raise Refused(Wrong.RECORD)
            return number - 1
        if mode == NEXT:
            wanted = self._pointer + 1
        elif mode == PREVIOUS:
            wanted = self._pointer - 1 if self._pointer else count
        else:
            raise Refused(Wrong.PARAMETERS)
        if file.structure is Structure.CYCLIC:
            wanted = (wanted - 1) % count + 1
        elif not 1 <= wanted <= count:
            raise Refused(Wrong.RECORD)
        self._pointer = wanted
        return wanted - 1

    def search(self, pattern: bytes, start: int, backward: bool, *, relative: bool = False) -> list[int]:
        """The numbers of the records that have the pattern in them, in the order of the search.

        It starts at record `start` (0 is the current one), with `relative` at the one after or before that. The first
        record found becomes the current one.
        """
        file = self._file(Structure.LINEAR_FIXED, Structure.CYCLIC)
        self._may(file.access.read, file)
        count = len(file.records)
        if not 1 <= len(pattern) <= len(file.records[0]):
            raise Refused(Wrong.LENGTH)
        start = count if start == LAST else start or self._pointer
        if relative:
            start = start - 1 if backward and start else count if backward else start + 1
        elif not 1 <= start <= count:
            raise Refused(Wrong.RECORD)
        numbers = range(start, 0, -1) if backward else range(start, count + 1)
        found = [number for number in numbers if pattern in file.records[number - 1]]
        if found:
            self._pointer = found[0]
        return found

    def set_active(self, active: bool) -> None:
        """Activate or deactivate the current file; one that is deactivated can be selected and activated, no more."""
        if self.file is None:
            raise Refused(Wrong.NO_FILE)
        if not self.card.allows(self.file.access.manage):
            raise Refused(Wrong.ACCESS)
        self.file.active = active
