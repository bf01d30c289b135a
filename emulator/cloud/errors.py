"""The API's errors: the codes as a table, and the one exception that carries them.

The HTTP statuses of 401 and 404 are documented by the vendor; the others are what its documentation suggests, and
this table is the one place to mend when a real answer is seen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MORE_INFO = "https://www.twilio.com/docs/errors/{code}"


class ErrorKind(NamedTuple):
    """A row of the table."""

    status: int  # HTTP
    title: str


ERRORS = {
    20003: ErrorKind(401, "Authenticate"),
    20004: ErrorKind(405, "Method not allowed"),
    20404: ErrorKind(404, "The requested resource was not found"),
    20500: ErrorKind(500, "An internal error has occurred"),
    33101: ErrorKind(400, "Invalid parameter value"),
    33102: ErrorKind(400, "Parameter missing"),
    33103: ErrorKind(400, "Paging information invalid"),
    33104: ErrorKind(400, "Configuration incomplete"),
    33105: ErrorKind(400, "Transition invalid"),
    33107: ErrorKind(400, "SIM not found"),
    33201: ErrorKind(403, "Unauthorized"),
}

# What goes wrong with nobody to answer to (the message came over the air, or the callback failed) is only noted.
ALERTS = {
    11200: "HTTP retrieval failure",
    33107: "SIM not found",
    33111: "Command exceeded max length",
    33203: "Messaging not allowed",
}


class ApiError(Exception):
    """A request that the cloud refuses.

    `code` is a key of `ERRORS`; `status` the HTTP status (the table's unless given); `parameter` the offending
    parameter's name, if there is one.
    """

    def __init__(
        self, code: int, message: str | None = None, *, parameter: str | None = None, status: int | None = None
    ) -> None:
        kind = ERRORS[code]
        self.code = code
        self.status = status or kind.status
        self.message = message or kind.title
        self.parameter = parameter
        super().__init__(code, self.message)

    def to_json(self) -> dict[str, Any]:
        """The body of the answer. Never with `type` and `title`: the official client takes that for another shape."""
        answer: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "more_info": MORE_INFO.format(code=self.code),
            "status": self.status,
        }
        if self.parameter is not None:
            answer["details"] = {"parameter": self.parameter}
        return answer
