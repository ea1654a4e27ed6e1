"""Readers of texts that may name topics, one for each kind of text."""
