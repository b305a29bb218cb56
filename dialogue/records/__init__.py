"""What may be kept of a session, and only after a clear yes."""
