"""The users over real HTTP: the scenario's sessions, sent when they are due, whatever the server does."""
