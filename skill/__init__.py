"""The Alexa channel: checks requests, turns intents to events and replies to speech."""
