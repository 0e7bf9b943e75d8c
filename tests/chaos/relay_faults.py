"""What a mail server can do: refuse, answer badly, drop what it took, take for ever, and be somebody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import trustme

from tests.chaos.post import PASSWORD, USER, Post, certificate
from tests.servers.smtp import Script


@contextmanager
def refuse_connections(post: Post, _random: Random) -> Iterator[None]:
    """Those that are open are dropped in the middle of whatever they carry; nobody listens."""
    post.relay.stop()
    yield
    post.relay.start()


@contextmanager
def behave(post: Post, script: Script) -> Iterator[None]:
    """Act like this, on connections that begin now, and well again afterwards."""
    post.relay.script = script
    post.relay.hang_up()
    yield
    post.relay.script = Script()


@contextmanager
def answer_421(post: Post, _random: Random) -> Iterator[None]:
    """At once, instead of a greeting."""
    with behave(post, Script(greeting="421 4.3.2 not now")):
        yield


@contextmanager
def refuse_the_password(post: Post, _random: Random) -> Iterator[None]:
    """Somebody has changed it."""
    post.relay.users = {USER: "another one"}
    post.relay.hang_up()
    yield
    post.relay.users = {USER: PASSWORD}


@contextmanager
def defer_a_recipient(post: Post, _random: Random) -> Iterator[None]:
    """451 to RCPT."""
    with behave(post, Script(recipients={"ben@clinic.example": "451 4.2.1 later"})):
        yield


@contextmanager
def reject_a_recipient(post: Post, _random: Random) -> Iterator[None]:
    """550 to RCPT: parked with its answer, until a person requeues it."""
    with behave(post, Script(recipients={"cho@clinic.example": "550 5.1.1 unknown"})):
        yield


@contextmanager
def drop_after_data(post: Post, _random: Random) -> Iterator[None]:
    """It has the email, and nobody learns of it."""
    with behave(post, Script(drop_after_data=True)):
        yield


@contextmanager
def trickle(post: Post, _random: Random) -> Iterator[None]:
    """One byte a second, past the time that an email may take."""
    with behave(post, Script(trickle=1)):
        yield
    # Whoever is served a byte at a time gives up by itself.
    post.relay.hang_up()


@contextmanager
def show_another_certificate(post: Post, _random: Random) -> Iterator[None]:
    """One of an authority that nobody has named."""
    post.relay.starttls = certificate(trustme.CA())
    post.relay.hang_up()
    yield
    post.relay.starttls = certificate(post.authority)
