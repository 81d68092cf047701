"""A document: what is kept, and what requests and answers are made of."""

from typing import Any

Doc = dict[str, Any]
