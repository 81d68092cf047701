"""The stages in order: the only module that knows them all."""
