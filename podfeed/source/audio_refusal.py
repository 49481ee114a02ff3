"""How the reader says no: raised deep inside, turned into an answer at the worker's door."""

from __future__ import annotations


class Refusal(Exception):
    """A recording that cannot be used: the parts of a Problem without its place."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "hint": self.hint}
