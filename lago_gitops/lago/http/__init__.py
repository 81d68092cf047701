"""Requests to Lago: timeouts, retries, rate, concurrency, pages, exact numbers."""
