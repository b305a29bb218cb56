"""The proof that every session keeps the protocol's properties."""
