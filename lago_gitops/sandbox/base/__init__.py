"""What every part of the sandbox stands on: HTTP, parameters, storage, clock and settings."""
