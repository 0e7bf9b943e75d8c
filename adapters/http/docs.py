"""The documentation of all calls as one page that loads nothing from elsewhere."""

from fastapi import APIRouter

routes = APIRouter()
