"""What the replies to one batch say about the mail relay, and which notifications they count against."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from router.messages.notification import LeasedNotification, SendOutcome, SmtpReply
from router.messages.smtp_refusals import PERMANENT, About, signature

# The same answer in so many domains of so many practices, or in all there are, with nothing sent in between, is about
# none of them; it takes two addresses at least. Where it is about policy, the domains don't matter: what is refused may
# be what one practice's emails say.
DOMAINS, PRACTICES, ADDRESSES = 3, 2, 2


@dataclass(frozen=True, slots=True)
class UnclearRefusal:
    """A refusal that may be about the address or about the relay."""

    practice: str
    # The address itself is not kept: a digest distinguishes it from others.
    digest: str
    domain: str
    signature: str


@dataclass(frozen=True, slots=True)
class RelayMemory:
    """Unclear refusals since the relay last accepted an email, and how many practices and domains there are."""

    refusals: Sequence[UnclearRefusal] = ()
    practices: int = PRACTICES
    domains: int = DOMAINS

    def is_widespread(self, said: str, more: Collection[UnclearRefusal], domains: int = DOMAINS) -> bool:
        """Whether this reply came for too many addresses to be about any single one, or about one practice's emails."""
        alike = [one for one in (*self.refusals, *more) if one.signature == said]
        return (
            len({one.digest for one in alike}) >= ADDRESSES
            and len({one.domain for one in alike}) >= min(domains, self.domains)
            and len({one.practice for one in alike}) >= min(PRACTICES, self.practices)
        )


@dataclass(frozen=True, slots=True)
class RelayVerdict:
    """What a batch shows: the relay's `trouble`, the replies as they count, and what to remember.

    `took`: the relay accepted an email. `works`: it judged one, whatever the verdict.
    """

    trouble: SmtpReply | None
    replies: Mapping[UUID, SmtpReply]
    remember: tuple[UnclearRefusal, ...] = ()
    took: bool = False
    works: bool = False


Leased = Mapping[UUID, LeasedNotification]
Replies = Mapping[UUID, SmtpReply]


def unclear_refusals(leased: Leased, replies: Replies) -> dict[UUID, UnclearRefusal]:
    """The refusals of a batch that are unclear or by policy; none if the relay accepted another email."""
    if _took_one(replies):
        return {}
    return {each: _unclear_refusal(leased[each], reply) for each, reply in replies.items() if _is_unclear(reply)}


def weigh(leased: Leased, replies: Replies, memory: RelayMemory) -> RelayVerdict:
    """Decide what the replies to a batch mean."""
    if _took_one(replies):
        charged = {each: _charged(leased[each], reply) for each, reply in replies.items()}
        return RelayVerdict(_cut_short(leased, replies), charged, took=True, works=True)
    unclear = unclear_refusals(leased, replies)
    blamed = {each for each in unclear if _is_relays(each, replies, unclear, memory)}
    own = {each: replies[each] for each in unclear if each not in blamed}
    counted = {
        **replies,
        **{each: replace(replies[each], outcome=SendOutcome.RELAY) for each in blamed},
        **{each: _charged(leased[each], reply) for each, reply in own.items()},
    }
    others = {each: reply for each, reply in counted.items() if each not in own}
    trouble = next((reply for reply in others.values() if is_refused_by_relay(reply)), None)
    if trouble is None and not own:
        trouble = _broken(counted)
    remember = tuple(unclear[each] for each in own)
    return RelayVerdict(trouble, counted, remember, works=trouble is None and bool(replies))


def is_refused_by_relay(reply: SmtpReply) -> bool:
    """Whether the relay answered that it won't send."""
    return reply.outcome is SendOutcome.RELAY and reply.code is not None and reply.code >= PERMANENT


def _took_one(replies: Replies) -> bool:
    return any(reply.outcome is SendOutcome.SENT for reply in replies.values())


def _is_unclear(reply: SmtpReply) -> bool:
    refused = reply.outcome is SendOutcome.REJECTED and reply.code is not None
    return (refused and reply.speaks_of is About.UNCLEAR) or _is_by_policy(reply)


def _is_by_policy(reply: SmtpReply) -> bool:
    return is_refused_by_relay(reply) and reply.speaks_of is About.POLICY


def _is_relays(each: UUID, replies: Replies, unclear: Mapping[UUID, UnclearRefusal], memory: RelayMemory) -> bool:
    """Whether a refusal that may be about anything came for so many that it is the relay's."""
    domains = 1 if _is_by_policy(replies[each]) else DOMAINS
    return memory.is_widespread(unclear[each].signature, unclear.values(), domains)


def _unclear_refusal(notification: LeasedNotification, reply: SmtpReply) -> UnclearRefusal:
    address = notification.address.casefold()
    said = signature(reply.code, reply.text)
    digest = sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
    return UnclearRefusal(notification.practice, digest, address.rpartition("@")[2], said)


def _charged(notification: LeasedNotification, reply: SmtpReply) -> SmtpReply:
    """A relay that accepts other emails but refuses this one again means this one, so it waits longer each time."""
    if is_refused_by_relay(reply) and notification.refused_before:
        return replace(reply, outcome=SendOutcome.DEFERRED)
    return reply


def _cut_short(leased: Leased, replies: Replies) -> SmtpReply | None:
    """A relay that accepted some and then refused several in a row, so the rest wasn't tried: a quota is used up.

    If the refusal is by policy and all of them are one practice's, while others' emails are accepted, it is about what
    that practice sends.
    """
    if all(reply.outcome is not SendOutcome.NOT_BEGUN for reply in replies.values()):
        return None
    refused = {each: reply for each, reply in replies.items() if is_refused_by_relay(reply)}
    practices = {leased[each].practice for each in refused}
    taken = {leased[each].practice for each, reply in replies.items() if reply.outcome is SendOutcome.SENT}
    if len(practices) == 1 and not taken <= practices and all(map(_is_by_policy, refused.values())):
        return None
    return next(iter(refused.values()), None)


def _broken(replies: Replies) -> SmtpReply | None:
    """Whether the relay can't be used at all; one that judged part of the batch is working."""
    judged = (SendOutcome.REJECTED, SendOutcome.DEFERRED)
    if any(reply.outcome in judged and reply.code is not None for reply in replies.values()):
        return None
    return next((reply for reply in replies.values() if reply.outcome is SendOutcome.RELAY), None)
