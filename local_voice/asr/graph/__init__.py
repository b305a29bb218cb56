"""Static decoding graphs: what can be heard, from phrases to the file Vosk loads."""
