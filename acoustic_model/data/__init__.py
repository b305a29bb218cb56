"""Recordings, synthetic voices and vocabulary: what the model is trained on."""
