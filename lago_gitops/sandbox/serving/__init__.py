"""Serves requests, over HTTP or in process: routing, background jobs, and faults for tests."""
