"""The web application: the API, the pages, and the modules that both build on."""
