"""Live metrics of a replay: for whoever scrapes them, and for whom they are sent to."""
