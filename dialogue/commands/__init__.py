"""The commands of `python -m dialogue`, one a file."""
