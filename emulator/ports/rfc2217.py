"""A TCP port that carries a serial port with its circuits (RFC 2217): pyserial's ``rfc2217://``, ser2net, PLC gear."""

from __future__ import annotations

from .stream import TcpPort
from .telnet import ComPortServer


class Rfc2217Port(TcpPort):
    """One client at a time; DTR and the modem's circuits are the real ones."""

    option, scheme = "--rfc2217", "rfc2217"
    _protocol: ComPortServer | None = None

    def _connected(self) -> None:
        self._protocol = protocol = ComPortServer(self._device.lines, super()._write)
        self._device.lines.listeners.append(protocol.tell_circuits)
        protocol.start()

    def _disconnected(self) -> None:
        protocol, self._protocol = self._protocol, None
        if protocol is not None:
            self._device.lines.listeners.remove(protocol.tell_circuits)
            protocol.end()

    def _received(self, data: bytes) -> None:
        if self._protocol is not None and (data := self._protocol.receive(data)):
            self._device.receive(data)

    def _write(self, data: bytes) -> None:
        if self._protocol is not None:
            self._protocol.send(data)
