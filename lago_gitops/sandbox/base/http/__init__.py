"""Requests and answers: routes, parameters, pages."""
