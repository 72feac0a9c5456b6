"""Yes, or no with a sentence a person can read: one answer for the view, the button and the test."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a rule. Falsy when refused; ``concerns`` says whether the asker should see the refusal at all."""

    ok: bool
    reason: str = ""
    concerns: bool = True

    def __bool__(self) -> bool:
        return self.ok


YES = Verdict(True)


def no(reason: str) -> Verdict:
    """Refuse with a full Chinese sentence; shown beside the disabled button."""
    return Verdict(False, reason)


def stranger(reason: str) -> Verdict:
    """Refuse somebody whom the question does not concern: no button is shown, the sentence only answers a direct try."""
    return Verdict(False, reason, concerns=False)


def first_no(*verdicts: Verdict) -> Verdict:
    """Return the first refusal, or yes."""
    return next((verdict for verdict in verdicts if not verdict), YES)


class Refused(PermissionDenied):
    """A refusal on its way to the person: becomes a 403 page that shows ``reason``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require(verdict: Verdict) -> None:
    """Raise `Refused` with the verdict's sentence unless it is a yes."""
    if not verdict:
        raise Refused(verdict.reason)
