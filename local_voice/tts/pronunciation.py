"""Prompts to the text that the synthesizer reads: numbers as single digits."""

from collections.abc import Iterable

from dialogue.engine.rendering import get_spoken
from dialogue.engine.reply import RenderedPrompt


def passages(prompts: Iterable[RenderedPrompt]) -> list[str]:
    """Return the text of each prompt, as it is read aloud.

    No figures of a number ever reach the synthesizer: it would read hundreds.
    """
    spoken = ("".join(map(get_spoken, prompt.segments)) for prompt in prompts)
    return [" ".join(text.split()) for text in spoken]
