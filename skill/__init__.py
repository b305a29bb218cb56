"""The Alexa channel: answers signed requests with speech, cards and screens."""
