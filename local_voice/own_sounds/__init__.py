"""A person's own sounds for yes and no: taught by examples, matched by distance."""
