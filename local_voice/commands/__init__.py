"""The commands of `python -m local_voice`, one a file."""
