"""Where the text of manifests comes from: folders, Git revisions, templates."""
