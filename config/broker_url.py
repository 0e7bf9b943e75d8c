"""Certificate verification in the broker's URL. Unlike redis and limits, kombu verifies only if the URL says so."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

# Alternative spellings of ssl_cert_reqs that kombu accepts.
SPELLINGS = {"cert_none": "none", "cert_optional": "optional", "cert_required": "required"}
# One library would take anything else for database 0, and another fail.
DATABASE = re.compile(r"(/[0-9]{0,5})?")
REQUIREMENTS = ("none", "optional", "required")


def problem_with_broker(url: str) -> str | None:
    """What is wrong with the database or with ssl_cert_reqs in the URL, or None."""
    if not DATABASE.fullmatch(urlsplit(url).path):
        return "must end after the number of a database, such as /0"
    asked = _requirement(url)
    return None if asked in REQUIREMENTS else f"must have one of {', '.join(REQUIREMENTS)} as ssl_cert_reqs"


def verified(url: str) -> str:
    """Make verification explicit in a `rediss` URL; by default the certificate is required."""
    parts = urlsplit(url)
    if parts.scheme != "rediss":
        return url
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode(query | {"ssl_cert_reqs": _requirement(url)})).geturl()


def weakness_of(url: str) -> str | None:
    """A one-line warning if the URL turns verification off, else None."""
    parts = urlsplit(url)
    if parts.scheme != "rediss":
        return None
    names = parse_qs(parts.query).get("ssl_check_hostname", ["true"])[-1].lower() not in {"false", "0", "no"}
    if _requirement(url) == "required" and names:
        return None
    return "BROKER_URL does not verify the broker's certificate: its traffic can be read and changed by a third party"


def _requirement(url: str) -> str:
    asked = parse_qs(urlsplit(url).query).get("ssl_cert_reqs", ["required"])[-1].lower()
    return SPELLINGS.get(asked, asked)
