"""The page with buttons: large captions in a browser, and presses as answers."""
