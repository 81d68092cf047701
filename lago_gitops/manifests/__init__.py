"""YAML files in, manifests out, and back."""
