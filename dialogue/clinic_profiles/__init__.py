"""Clinic profiles: asked for, written, and shown as a patient hears them."""
