"""Speech recognition: VAD, endpointing, grammars, recogniser, barge-in."""
