"""What ends the program: one sentence for a person, and an exit code."""

SCRIPT_MISSED = 1
BAD_OPTIONS = 2
NO_DEVICE = 3
BAD_MODEL = 4
NO_VOICE = 5
BAD_CONTENT = 6
DEVICE_LOST = 7
ENGINE_FAILED = 8
NO_PAGE = 9
INTERRUPTED = 130
TERMINATED = 143


class LocalVoiceProblem(Exception):
    """Says what is wrong and what to do, in one sentence or two."""

    def __init__(self, message: str, code: int = BAD_OPTIONS) -> None:
        """Keep the exit code that belongs to `message`."""
        super().__init__(message)
        self.code = code
