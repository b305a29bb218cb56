"""What a clinician's signature covers and says."""
