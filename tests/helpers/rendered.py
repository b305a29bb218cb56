"""Prompts in words, made for a test."""

from dialogue.engine.reply import RenderedPrompt, Text


def one_prompt(key: str, words: str) -> tuple[RenderedPrompt, ...]:
    """Return one prompt of plain words."""
    return (RenderedPrompt(key, (Text(words),)),)
