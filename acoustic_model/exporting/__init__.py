"""A trained network to the folder that Vosk loads."""
