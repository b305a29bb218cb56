"""Sound to text: voice activity, endpointing, recogniser."""
