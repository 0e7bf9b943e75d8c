"""The routes of every page."""

from adapters.http.pages import admin, inbox, mail, ops, portal, sign_in
from adapters.http.pages.kit import static_files

PAGES = (
    static_files.routes,
    *sign_in.ROUTES,
    *portal.ROUTES,
    *admin.ROUTES,
    *inbox.ROUTES,
    *ops.ROUTES,
    *mail.ROUTES,
)
