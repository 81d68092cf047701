"""A document, as stored and as in requests and answers: a JSON object."""

from typing import Any

Doc = dict[str, Any]
