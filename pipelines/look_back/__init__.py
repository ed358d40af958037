"""Looking back: what a night has shown, what has changed since, and why an estimate has."""
