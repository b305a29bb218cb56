"""The page with buttons: large captions in a browser, and taps as answers."""
