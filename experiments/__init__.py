"""Questions that take many launches: how much is enough, what breaks first, what each option buys."""
