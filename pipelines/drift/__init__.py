"""The platform's cached figures beside ours: the drift, and how it is shown."""
