"""An utterance to an event: pure, by the lexicon of a locale."""
