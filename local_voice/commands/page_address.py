"""Opens the page where it is wanted, and keeps it between talks."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from dialogue.content.content import Content
from local_voice.commands.exit_codes import INSTALL
from local_voice.problems import BAD_OPTIONS, LocalVoiceProblem

if TYPE_CHECKING:
    from local_voice.page.server import Page


def open_page(
    options: argparse.Namespace, content: Content, say: Callable[[str], None]
) -> "Page":
    """Return the page, open for browsers; raises LocalVoiceProblem."""
    try:
        # The one part of the voice that needs a web framework.
        from local_voice.page.server import Page
    except ImportError as error:
        raise LocalVoiceProblem(
            f"The page cannot start: {error}. Install it with "
            f"{INSTALL.format(extra='voice')}.",
            BAD_OPTIONS,
        ) from error
    return Page(content, say, options.page_address, options.page_port)
