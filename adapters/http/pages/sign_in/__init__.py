"""Signing in, choosing a password, and one's own sessions."""

from adapters.http.pages.sign_in import account, forgotten, own_password, password, sign_in

ROUTES = (sign_in.routes, password.routes, forgotten.routes, account.routes, own_password.routes)
