"""Inserting a quick text into a reply without scripts: the page comes again with the text in the field."""

from fastapi import Response

from adapters.http.pages.inbox.message import REPLY_KEY_FIELD, DeliveryPage, key_of
from adapters.http.pages.inbox.quick_view import for_reply
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.typed import typed_lines

BODY = "body"


def insert(page: DeliveryPage, form: Posted) -> Response:
    """Put the chosen text behind what was written; nothing is sent or stored."""
    item, _ = page.flows.read_inbox.delivery(page.ref)
    texts = {one.id: one for one in for_reply(page.quick_texts(), item, page.person.staff.name)}
    chosen = texts.get(form.get("quick", ""))
    written = typed_lines(form, BODY).rstrip()
    body = "\n\n".join(part for part in (written, chosen.body if chosen else "") if part)
    kept = [(name, value) for name, value in form.multi_items() if name not in {BODY, REPLY_KEY_FIELD}]
    return page.render(typed=Posted([*kept, (BODY, body)]), key=key_of(form))
