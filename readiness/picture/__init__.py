"""Drawings of what a scenario says: the service, and each journey, as SVG that needs nothing else."""
