"""Everything that documentation says of a namespace, gathered once for all targets."""
