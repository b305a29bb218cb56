"""A stand-in of Amazon that signs under a root of its own; no endpoint imports it."""
