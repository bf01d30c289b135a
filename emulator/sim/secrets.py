"""PIN and PUK of the card (TS 102.221 9.5)."""

from __future__ import annotations


class Secret:
    """A PIN and the PUK that unblocks it (TS 102.221 9.5): three tries for the one, ten for the other."""

    PIN_TRIES = 3
    PUK_TRIES = 10

    def __init__(self, pin: str, puk: str, enabled: bool) -> None:
        self._pin = pin
        self._puk = puk
        self.enabled = enabled
        self.verified = False
        self.pin_tries = self.PIN_TRIES
        self.puk_tries = self.PUK_TRIES

    @property
    def blocked(self) -> bool:
        """Whether only the PUK helps now."""
        return self.pin_tries == 0

    @property
    def satisfied(self) -> bool:
        """Whether what asks for this PIN may be done: it is not asked for, or was presented."""
        return not self.blocked and (self.verified or not self.enabled)

    @property
    def dead(self) -> bool:
        """Whether nothing helps any more: the card is waste."""
        return self.blocked and self.puk_tries == 0

    def verify(self, pin: str) -> bool:
        """Present the PIN. A wrong one costs a try; a blocked one is refused whatever is presented."""
        if self.blocked:
            return False
        if pin != self._pin:
            self.pin_tries -= 1
            return False
        self.pin_tries = self.PIN_TRIES
        self.verified = True
        return True

    def unblock(self, puk: str, new_pin: str) -> bool:
        """Present the PUK with a new PIN. A wrong one costs a try of ten."""
        if self.puk_tries == 0:
            return False
        if puk != self._puk:
            self.puk_tries -= 1
            return False
        self._pin = new_pin
        self.pin_tries = self.PIN_TRIES
        self.puk_tries = self.PUK_TRIES
        self.enabled = self.verified = True
        return True

    def change(self, old_pin: str, new_pin: str) -> bool:
        """Replace the PIN, which must be presented once more."""
        if not self.verify(old_pin):
            return False
        self._pin = new_pin
        return True

    def enable(self, enabled: bool, pin: str) -> bool:
        """Ask for the PIN at power-up, or no longer."""
        if not self.verify(pin):
            return False
        self.enabled = enabled
        return True
