"""The family of expected errors. Services raise them; views, imports and jobs translate them once.

The message is for users: 动作 + 失败 + 原因, one whole sentence, translated.
"""


class DomainError(Exception):
    """Something the user asked for cannot be done, and this is why.

    `code` is stable and for programs; `field` names the form field the message belongs to.
    """

    status = 409
    default_code = "refused"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field


class InvalidTransition(DomainError):
    """The state of the record forbids this step."""

    default_code = "invalid_transition"


class NotAllowed(DomainError):
    """The actor lacks the right on this record."""

    status = 403
    default_code = "not_allowed"


class Stale(DomainError):
    """Somebody else saved the record first (`contracts.md` 1.9)."""

    default_code = "stale"


class DuplicateFound(DomainError):
    """The record exists already."""

    default_code = "duplicate"


class LimitReached(DomainError):
    """A quota, a size or a rate limit is used up."""

    status = 429
    default_code = "limit_reached"


class InvalidValue(DomainError):
    """A value breaks a rule that needs more than its own field."""

    status = 422
    default_code = "invalid"
