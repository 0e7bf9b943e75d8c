"""The caught emails."""

from adapters.http.pages.mail import caught

ROUTES = (caught.routes,)
