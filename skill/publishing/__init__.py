"""What Amazon needs to publish the skill: model, manifest, listing, icons."""
