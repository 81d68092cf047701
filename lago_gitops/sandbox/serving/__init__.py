"""Requests to the sandbox, over HTTP or in process: routed to what answers them, with faults where tests want them."""
