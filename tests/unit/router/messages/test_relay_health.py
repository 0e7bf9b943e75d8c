"""Whose trouble the replies to a batch are."""

from uuid import UUID

from router.messages.notification import Kind, LeasedNotification, SendOutcome, SmtpReply
from router.messages.relay_health import RelayMemory, RelayVerdict, unclear_refusals, weigh

UNCLEAR = (SendOutcome.REJECTED, 554, "Transaction failed")
QUOTA = (SendOutcome.RELAY, 550, "5.4.5 quota")
SENT = (SendOutcome.SENT, 250, "OK")
NOT_BEGUN = (SendOutcome.NOT_BEGUN, None, "not begun")


def leased(number: int, address: str, practice: str = "p", *, refused_before: bool = False) -> LeasedNotification:
    return LeasedNotification(
        practice,
        UUID(int=number),
        Kind.STAFF_DELIVERY,
        UUID(int=number),
        address,
        deferrals=0,
        refused_before=refused_before,
    )


def weighed(batch, memory: RelayMemory | None = None) -> RelayVerdict:
    tried = {one.id: one for one, _ in batch}
    replies = {one.id: SmtpReply(one.id, *reply) for one, reply in batch}
    return weigh(tried, replies, memory or RelayMemory())


def remembered(batch, practices: int = 2, domains: int = 3) -> RelayMemory:
    tried = {one.id: one for one, _ in batch}
    replies = {one.id: SmtpReply(one.id, *reply) for one, reply in batch}
    return RelayMemory(list(unclear_refusals(tried, replies).values()), practices, domains)


def outcomes(verdict) -> list[SendOutcome]:
    return [reply.outcome for reply in verdict.replies.values()]


THREE = [
    (leased(1, "a@a.example"), UNCLEAR),
    (leased(2, "b@b.example", "q"), UNCLEAR),
    (leased(3, "c@c.example"), UNCLEAR),
]


def test_the_same_answer_in_three_domains_of_two_practices_is_the_relays() -> None:
    verdict = weighed(THREE)

    assert verdict.trouble is not None
    assert set(outcomes(verdict)) == {SendOutcome.RELAY}
    assert verdict.remember == ()


def test_fewer_are_parked_and_remembered() -> None:
    verdict = weighed(THREE[:2])

    assert (verdict.trouble, set(outcomes(verdict))) == (None, {SendOutcome.REJECTED})
    assert {one.domain for one in verdict.remember} == {"a.example", "b.example"}


def test_what_was_remembered_counts() -> None:
    assert weighed(THREE[2:], remembered(THREE[:2])).trouble is not None
    assert weighed(THREE[:1], remembered(THREE[:2])).trouble is None


def test_all_there_are_are_enough() -> None:
    alone = [(leased(1, "a@a.example"), UNCLEAR), (leased(2, "b@a.example"), UNCLEAR)]

    assert weighed(alone, RelayMemory((), practices=1, domains=1)).trouble is not None
    assert weighed(alone[:1], RelayMemory((), practices=1, domains=1)).trouble is None
    assert weighed(alone, RelayMemory((), practices=2, domains=3)).trouble is None


def test_a_success_in_between_makes_them_the_addresses() -> None:
    verdict = weighed([*THREE, (leased(4, "d@d.example"), SENT)])

    assert (verdict.trouble, verdict.took) == (None, True)
    assert outcomes(verdict).count(SendOutcome.REJECTED) == 3


def test_different_answers_are_not_one() -> None:
    mixed = [*THREE[:2], (leased(3, "c@c.example"), (SendOutcome.REJECTED, 550, "Go away"))]

    assert weighed(mixed).trouble is None


def test_a_refusal_of_the_sender_pauses_although_an_address_was_rejected() -> None:
    verdict = weighed([(leased(1, "a@a.example"), (SendOutcome.REJECTED, 550, "5.1.1 x")), (leased(2, "b@b"), QUOTA)])

    assert verdict.trouble is not None
    assert outcomes(verdict) == [SendOutcome.REJECTED, SendOutcome.RELAY]


def test_a_quota_that_is_used_up_in_the_middle_pauses_and_charges_nothing() -> None:
    verdict = weighed([(leased(1, "a@a"), SENT), (leased(2, "b@b"), QUOTA), (leased(3, "c@c"), NOT_BEGUN)])

    assert verdict.trouble is not None
    assert outcomes(verdict) == [SendOutcome.SENT, SendOutcome.RELAY, SendOutcome.NOT_BEGUN]


def test_an_email_refused_again_while_others_are_taken_waits_longer_and_stops_nobody() -> None:
    first = weighed([(leased(1, "a@a"), SENT), (leased(2, "b@b"), QUOTA)])
    again = weighed([(leased(1, "a@a"), SENT), (leased(2, "b@b", refused_before=True), QUOTA)])
    alone = weighed([(leased(2, "b@b", refused_before=True), QUOTA)])

    assert (first.trouble, outcomes(first)) == (None, [SendOutcome.SENT, SendOutcome.RELAY])
    assert (again.trouble, outcomes(again)) == (None, [SendOutcome.SENT, SendOutcome.DEFERRED])
    assert alone.trouble is not None
    assert outcomes(alone) == [SendOutcome.RELAY]


POLICY = (SendOutcome.RELAY, 554, "5.7.1 looks like spam")


def test_what_is_refused_by_policy_for_one_practice_pauses_nobody() -> None:
    """Its own name in emails may be what the relay doesn't like."""
    batch = [(leased(1, "a@a.example"), POLICY), (leased(2, "b@b.example"), POLICY), (leased(3, "c@c.example"), POLICY)]

    first = weighed(batch)
    again = weighed([(leased(1, "a@a.example", refused_before=True), POLICY)], remembered(batch))

    assert (first.trouble, first.works, set(outcomes(first))) == (None, True, {SendOutcome.RELAY})
    assert len(first.remember) == 3
    assert (again.trouble, outcomes(again)) == (None, [SendOutcome.DEFERRED])


def test_what_is_refused_by_policy_for_two_practices_is_the_relays() -> None:
    """Also where both have addresses in one domain."""
    one, other = (leased(1, "a@a.example"), POLICY), (leased(2, "b@a.example", "q"), POLICY)

    assert weighed([one, other]).trouble is not None
    assert weighed([other], remembered([one])).trouble is not None
    assert set(outcomes(weighed([one, other]))) == {SendOutcome.RELAY}


def test_where_there_is_one_practice_two_addresses_are_enough() -> None:
    both = [(leased(1, "a@a.example"), POLICY), (leased(2, "b@a.example"), POLICY)]

    assert weighed(both, RelayMemory((), practices=1, domains=1)).trouble is not None
    assert weighed(both[:1], RelayMemory((), practices=1, domains=1)).trouble is None


def test_a_batch_that_policy_cut_short_for_one_practice_while_others_are_taken_pauses_nobody() -> None:
    refused = [(leased(number, f"a@{number}.example"), POLICY) for number in (1, 2, 3)]
    batch = [*refused, (leased(4, "d@d.example", "q"), SENT), (leased(5, "e@e.example"), NOT_BEGUN)]
    alone = [*refused, (leased(4, "d@d.example"), SENT), (leased(5, "e@e.example"), NOT_BEGUN)]

    assert weighed(batch).trouble is None
    assert weighed(alone).trouble is not None


def test_a_lost_connection_beside_a_refusal_by_policy_is_no_pause() -> None:
    """The relay answered."""
    lost = (SendOutcome.RELAY, None, "connection lost")

    assert weighed([(leased(1, "a@a.example"), POLICY), (leased(2, "b@b.example"), lost)]).trouble is None
    assert weighed([(leased(2, "b@b.example"), lost)]).trouble is not None
