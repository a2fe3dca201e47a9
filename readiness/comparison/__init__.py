"""Two groups of measured runs laid beside each other: differences, their intervals, and a verdict for a gate."""
