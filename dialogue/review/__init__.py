"""What a clinician reviews: the booklet, the signature, and what changed since."""
