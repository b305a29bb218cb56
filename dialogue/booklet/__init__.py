"""The booklet that a clinician reviews, and the diagram of the protocol."""
