"""GitHub and GitLab: the comment on a pull request, the labels that approve, the issue about drift."""
