"""Text to sound: the synthesizers and how a reply is spoken."""
