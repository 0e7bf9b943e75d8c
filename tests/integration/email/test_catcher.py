"""The catcher: a server for one's own machine that keeps everything."""

import gc
import socket
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from adapters.email.catcher import Catcher
from router.messages.notification import SendOutcome
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, message_id, outcomes


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    """A catcher that isn't started, in a folder that isn't there."""
    made = Catcher(tmp_path / "data" / "mail")
    yield made
    made.stop()


def test_mail_is_kept_newest_last_with_its_recipients(catcher: Catcher, make_mailer: MailerMaker) -> None:
    make_mailer(f"smtp://127.0.0.1:{catcher.start()}", connections=1).send(mails(20), AT)

    caught = catcher.mails()
    assert [one.message["Message-ID"] for one in caught] == [message_id(number) for number in range(1, 21)]
    assert [one.recipients for one in caught] == [(f"r{number}@clinic.example",) for number in range(1, 21)]
    assert catcher.count() == 20
    assert [one.key for one in catcher.newest(1, 2)] == [caught[18].key, caught[17].key]
    assert catcher.mail("../tmp") is None
    body = caught[0].message.get_body(("plain",))
    assert body is not None
    assert "https://portal.example/inbox?delivery=1" in body.get_content()


def test_a_repeat_is_kept_and_can_be_told(catcher: Catcher, make_mailer: MailerMaker) -> None:
    mailer = make_mailer(f"smtp://127.0.0.1:{catcher.start()}")
    for one in (mail(1), mail(2), mail(1)):
        mailer.send([one], AT)

    assert sorted(Counter(one.fingerprint for one in catcher.mails()).values()) == [1, 2]
    assert len({one.key for one in catcher.mails()}) == 3


def test_it_is_a_maildir_whose_mails_are_whole(catcher: Catcher, tmp_path: Path, make_mailer: MailerMaker) -> None:
    make_mailer(f"smtp://127.0.0.1:{catcher.start()}").send(mails(5), AT)

    folders = {folder.name: len(list(folder.iterdir())) for folder in (tmp_path / "data" / "mail").iterdir()}
    assert folders == {"tmp": 0, "new": 5, "cur": 0}


def test_what_a_mail_reader_moved_is_still_there(catcher: Catcher, tmp_path: Path, make_mailer: MailerMaker) -> None:
    make_mailer(f"smtp://127.0.0.1:{catcher.start()}").send([mail(1)], AT)
    (before,) = catcher.mails()
    folder = tmp_path / "data" / "mail"
    (folder / "new" / before.key).rename(folder / "cur" / f"{before.key}:2,S")

    (after,) = catcher.mails()

    assert (after.key, after.fingerprint) == (before.key, before.fingerprint)
    found = catcher.mail(before.key)
    assert found is not None
    assert found.message["Message-ID"] == after.message["Message-ID"]


def test_what_was_caught_outlives_a_restart(catcher: Catcher, tmp_path: Path, make_mailer: MailerMaker) -> None:
    make_mailer(f"smtp://127.0.0.1:{catcher.start()}").send([mail(1)], AT)
    catcher.stop()
    again = Catcher(tmp_path / "data" / "mail")
    make_mailer(f"smtp://127.0.0.1:{again.start()}").send([mail(2)], AT)
    again.stop()

    assert [one.message["Message-ID"] for one in again.mails()] == [message_id(1), message_id(2)]


def test_it_listens_on_loopback_only(catcher: Catcher) -> None:
    """Another address of the loopback network stands for every other interface."""
    port = catcher.start()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), 2).close()
    socket.create_connection(("127.0.0.1", port), 2).close()


def test_ten_clients_at_once_are_served(catcher: Catcher, make_mailer: MailerMaker) -> None:
    url = f"smtp://127.0.0.1:{catcher.start()}"
    sent: list[SendOutcome] = []
    clients = [
        Thread(
            target=lambda first: sent.extend(outcomes(make_mailer(url, connections=1).send(mails(20, first), AT))),
            args=(number * 20 + 1,),
        )
        for number in range(10)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join(20)

    assert sent == [SendOutcome.SENT] * 200
    assert len({one.fingerprint for one in catcher.mails()}) == 200


def test_stopping_is_repeatable_and_drops_open_connections(catcher: Catcher) -> None:
    with socket.create_connection(("127.0.0.1", catcher.start()), 2) as client:
        client.recv(100)
        catcher.stop()
        catcher.stop()

        with pytest.raises((ConnectionError, TimeoutError)):
            _read_to_the_end(client)


def test_stopping_while_a_connection_comes_in_leaves_no_socket_open(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(20):
            catcher = Catcher(tmp_path)
            socket.create_connection(("127.0.0.1", catcher.start()), 2).close()
            catcher.stop()
        gc.collect()

    assert [str(one.message) for one in told] == []


def _read_to_the_end(client: socket.socket) -> None:
    """Raises ConnectionResetError, also where the end came in peace."""
    while client.recv(100):
        continue
    raise ConnectionResetError
