"""What it costs, in figures that a person reads: `make bench`."""
