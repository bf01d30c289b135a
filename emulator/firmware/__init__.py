"""The firmware: V.250 front, command registry, handlers and message storage."""
