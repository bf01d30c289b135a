"""Reading request parameters. An optional parameter that is empty counts as not given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from .errors import ApiError

METHODS = ("GET", "POST")

# What may stand in an address without being escaped; so no line end ever reaches a request line or a header.
_PRINTABLE = re.compile(r"[!-~]{1,2048}")


def required(form: Mapping[str, str], name: str) -> str:
    """The value. Raises ApiError 33102 when it is missing or empty."""
    if not form.get(name):
        raise ApiError(33102, f"{name} is missing", parameter=name)
    return form[name]


def choice(form: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    """The value, one of `choices`. Raises ApiError 33101."""
    value = form.get(name) or default
    if value not in choices:
        raise ApiError(33101, f"{name} must be one of: {', '.join(choices)}", parameter=name)
    return value


def flag(form: Mapping[str, str], name: str, default: bool) -> bool:
    """The value of ``true`` or ``false``; ``True`` and ``False``, as Python writes them, too. Raises ApiError 33101."""
    value = form.get(name) or str(default)
    if value.lower() not in ("true", "false"):
        raise ApiError(33101, f"{name} must be true or false", parameter=name)
    return value.lower() == "true"


def callback_url(form: Mapping[str, str], name: str) -> str | None:
    """The address, or None when it is not given. Raises ApiError 33101 unless it is an http or https address."""
    value = form.get(name)
    if not value:
        return None
    if not _PRINTABLE.fullmatch(value) or not _is_http(value):
        raise ApiError(33101, f"{name} must be a complete http or https address", parameter=name)
    return value


def _is_http(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False
