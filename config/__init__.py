"""What changes without code: settings from the environment, catalogues with sources and dates."""
