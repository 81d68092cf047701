"""Markdown as GitHub and GitLab show it."""
