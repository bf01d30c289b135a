"""``emulator://`` for pyserial: ``import emulator.serial_handlers``, and `serial.serial_for_url` knows it."""

from __future__ import annotations

import serial

if __name__ not in serial.protocol_handler_packages:
    serial.protocol_handler_packages.append(__name__)
