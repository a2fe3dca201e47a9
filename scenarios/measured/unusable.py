"""What is wrong with a file that a scenario names; apart from what reads them, which needs NumPy."""


class UnusableValuesError(ValueError):
    """What is wrong with such a file, in one sentence."""
