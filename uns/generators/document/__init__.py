"""Diagrams of a namespace, and writing its texts into Markdown and Mermaid."""
