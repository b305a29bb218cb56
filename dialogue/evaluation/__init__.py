"""Cases and transcripts: expected beside actual."""
