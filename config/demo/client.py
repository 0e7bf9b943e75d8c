"""A small client of the running service, as a portal frontend would have one."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 30


class AnswerError(Exception):
    """The service answered with a problem; the text is its title and its fields."""


class Client:
    """Calls the API with one key."""

    def __init__(self, base: str, key: str) -> None:
        self._base = base
        self._key = key

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON is what it is.
        """GET a document."""
        return self._call("GET", path, None, {})

    def put(self, path: str, body: object, **headers: str) -> Any:  # noqa: ANN401 - likewise.
        """PUT a document; underscores in the names of headers stand for hyphens."""
        return self._call("PUT", path, body, headers)

    def post(self, path: str, body: object, **headers: str) -> Any:  # noqa: ANN401 - likewise.
        """POST a document."""
        return self._call("POST", path, body, headers)

    def patch(self, path: str, body: object) -> Any:  # noqa: ANN401 - likewise.
        """PATCH a document."""
        return self._call("PATCH", path, body, {})

    def _call(self, method: str, path: str, body: object, headers: dict[str, str]) -> Any:  # noqa: ANN401 - likewise.
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._base + path, data, method=method)  # noqa: S310 - the address is our own service's.
        request.add_header("Authorization", f"Bearer {self._key}")
        request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - likewise.
                return json.load(answer)
        except HTTPError as error:
            problem = json.load(error)
            raise AnswerError(f"{method} {path}: {problem.get('title')} {problem.get('errors', '')}") from None
