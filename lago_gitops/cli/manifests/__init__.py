"""Commands about manifests: start, import, pull, validate, format and draw them."""
