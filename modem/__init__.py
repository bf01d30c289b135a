"""The driver: send and receive SMS through a cellular modem on a serial line."""
