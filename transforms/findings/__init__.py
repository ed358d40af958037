"""What an analyst should know about the data: one module per concern, gathered in one table."""
