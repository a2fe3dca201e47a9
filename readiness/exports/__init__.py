"""A run's summary in the forms that pipelines read. Pure functions: they return text, and write nothing."""
