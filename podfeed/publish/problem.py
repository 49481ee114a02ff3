"""Why a site cannot be published to where it was asked to be, in an editor's words."""

from __future__ import annotations


class PublishProblem(Exception):
    """`message` says what stands in the way, `hint` what to do. Whatever was published before is untouched."""

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[PublishProblem], tuple[str, str]]:
        """How it comes back from a copy of the process that met it (`sharing`)."""
        return type(self), (self.message, self.hint)
