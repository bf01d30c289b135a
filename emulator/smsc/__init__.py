"""The SMS centre: takes messages, keeps them until they can be delivered, and reports (TS 23.040 3, 9.2)."""

from .centre import SentMessage, ServiceCentre

__all__ = ["SentMessage", "ServiceCentre"]
