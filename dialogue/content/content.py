"""The content of a session: protocol, words, phrases, clinic and sources."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.engine.clinic import Clinic
from dialogue.engine.protocol import Source, TriageProtocol
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.words import Words

MOST_REASONS = 3
"""So many changes are named on one line; `check` names all of them."""


@dataclass(frozen=True)
class Content:
    """Everything that a session needs, read and checked."""

    protocol: TriageProtocol
    prompts: Mapping[str, str]
    lexicon: Lexicon
    clinic: Clinic | None
    """None: no clinic is set, and no number but the emergency number is said."""
    sources: Mapping[str, Source]
    locale: str
    words: Words
    unsigned: tuple[str, ...] = ()
    """Why the protocol is a draft, in words; empty where a signature approves it."""

    @property
    def status(self) -> str:
        """Return whether the protocol is approved or a draft, and why."""
        protocol = self.protocol
        if protocol.status == "approved":
            return f"approved: by {protocol.reviewed_by} on {protocol.reviewed_on}"
        why = "; ".join(self.unsigned[:MOST_REASONS])
        more = len(self.unsigned) - MOST_REASONS
        return f"{protocol.status}: {why}" + (f"; and {more} more" if more > 0 else "")

    @property
    def status_line(self) -> str:
        """Return the protocol, its version and its status, for the console."""
        return f"{self.protocol.id} {self.protocol.version} ({self.status})"
