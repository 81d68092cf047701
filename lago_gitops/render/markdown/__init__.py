"""Markdown for GitHub and GitLab."""
