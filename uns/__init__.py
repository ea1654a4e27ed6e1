"""Model a Unified Namespace."""
