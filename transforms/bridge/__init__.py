"""The bridge from an estimate at completion as it was to the one of today."""
