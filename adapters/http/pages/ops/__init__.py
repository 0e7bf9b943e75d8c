"""The pages of operators."""

from adapters.http.pages.ops import operations

ROUTES = (operations.routes,)
