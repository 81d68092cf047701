"""What every part of the sandbox uses: HTTP, parameters, storage, clock and settings."""
