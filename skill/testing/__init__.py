"""Plays Amazon in tests, in rehearsals and by hand; signs under a root of its own."""
