"""The dialogue core: one interview for every channel."""
