"""What a pipeline's job does around the commands: read the event, run them, tell people, keep the verdict."""
