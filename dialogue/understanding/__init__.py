"""Turns an utterance into an event, by the lexicon of a locale; pure."""
