"""The recipe of what the product knows of own sounds: network, strangers, limits."""
