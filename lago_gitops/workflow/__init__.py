"""The stages of each command in order: the only package that knows them all."""
