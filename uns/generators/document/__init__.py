"""Everything that documentation needs from a namespace, read once for all targets."""
