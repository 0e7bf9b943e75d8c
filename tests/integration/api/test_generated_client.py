"""A Python client that a generator makes of the OpenAPI document works, and changes nothing that nobody named."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.api.conftest import Service
from tests.integration.api.sample import document

PACKAGE = "generated_client"
GENERATE_SECONDS = 120


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the client; the generator formats nothing, so that it calls no other tool and no network."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(document()), encoding="utf-8")
    (folder / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none"]
    command += ["--output-path", PACKAGE, "--config", "config.yml", "--fail-on-warning"]
    subprocess.run(command, cwd=folder, check=True, timeout=GENERATE_SECONDS)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


class Client:
    """The generated client, with its calls bound to the application in this process."""

    def __init__(self, service: Service) -> None:
        package = importlib.import_module(PACKAGE)
        self.models = importlib.import_module(f"{PACKAGE}.models")
        self._client = package.AuthenticatedClient(base_url="http://testserver", token=service.key())
        self._client.set_httpx_client(service.client())

    def call(self, module: str, *arguments: object, **values: object) -> object:
        """Make one call, as `messages.send_message`; returns what was answered, as a model."""
        found = importlib.import_module(f"{PACKAGE}.api.{module}")
        return found.sync(*arguments, client=self._client, **values)


@pytest.fixture
def client(service: Service, generated: Path) -> Client:
    """The client with a key for everything."""
    assert generated.exists()
    return Client(service)


def test_a_generated_client_writes_answers_and_reads(service: Service, client: Client) -> None:
    """A message goes from the patient to staff and the reply back, with the client's own models."""
    models = client.models
    body = models.MessageDocument(patient="sam", topic=models.Topic("billing"), subject="A bill", body="A question.")
    accepted = client.call("messages.send_message", body=body, idempotency_key="first")
    assert isinstance(accepted, models.AcceptedView)
    service.deliver()

    inbox = client.call("inbox.list_inbox", "ada")
    assert isinstance(inbox, models.InboxPageView)
    (delivery,) = inbox.items
    assert str(delivery.message) == str(accepted.id)
    reply = models.ReplyDocument(staff="ada", body="An answer.")
    client.call("inbox.reply_to_delivery", delivery.id, body=reply)
    read = client.call("conversations.get_conversation", accepted.conversation)

    assert isinstance(read, models.ConversationView)
    assert [entry.body for entry in read.entries] == ["A question.", "An answer."]


def test_changing_one_field_brings_no_leaver_back(service: Service, client: Client) -> None:
    """Somebody who has left gets another title, and is still gone, with their name, address and roles."""
    models = client.models
    client.call("roster.update_staff", "ann", body=models.StaffChangeDocument(active=False))

    changed = client.call("roster.update_staff", "ann", body=models.StaffChangeDocument(title="Physician"))

    assert isinstance(changed, models.ChangedStaffView)
    assert (changed.title, changed.active, changed.name) == ("Physician", False, "Ann")
    assert changed.email == "ann@clinic.example"
    again = service.client().patch("/v1/staff/ann", json={})
    assert again.json()["active"] is False
