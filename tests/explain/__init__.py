"""`tieout explain` on published files."""
