"""The one error."""

from __future__ import annotations

import copy
import pickle

from modem.wire.errors import PduError


def test_words() -> None:
    assert str(PduError("cut off")) == "cut off"
    error = PduError("cut off", field="TP-UDL", offset=7, clause="TS 23.040 9.2.3.16")
    assert str(error) == "TP-UDL: cut off at octet 7 (TS 23.040 9.2.3.16)"
    assert isinstance(error, ValueError)


def test_it_survives_copying_and_pickling() -> None:
    """As when it crosses from a worker process."""
    error = PduError("cut off", field="TP-UDL", offset=7, clause="TS 23.040 9.2.3.16")
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(again), again.message, again.field, again.offset, again.clause) == (
            str(error),
            error.message,
            error.field,
            error.offset,
            error.clause,
        )
