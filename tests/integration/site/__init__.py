"""The tests of the documentation site in a headless Chromium."""
