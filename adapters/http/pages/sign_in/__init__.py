"""Signing in, and choosing a password."""

from adapters.http.pages.sign_in import forgotten, password, sign_in

ROUTES = (sign_in.routes, password.routes, forgotten.routes)
