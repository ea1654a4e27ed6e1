"""The commands, one a module, each with one function, `run`."""
