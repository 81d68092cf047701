"""A look-alike of a Lago server, for trying things without one."""
