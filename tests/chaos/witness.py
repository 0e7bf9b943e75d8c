"""What the database notes down for the judge: who leased which notification, and whether they recorded what came of it.

A process that dies leaves leases behind that nobody has recorded: exactly these may be sent again. The database also
poisons messages when it is asked to, since nobody outside is sure to meet one that waits.
"""

WITNESS = """
create table lease_seen (
    token uuid, notification uuid, backend integer, recorded boolean not null default false,
    primary key (token, notification)
);
create function see_lease() returns trigger language plpgsql as $$
begin
    if new.state = 'leased' and (tg_op = 'INSERT' or new.token is distinct from old.token) then
        insert into lease_seen values (new.token, new.id, pg_backend_pid());
    elsif tg_op = 'UPDATE' and old.state = 'leased' and new.state <> 'leased' then
        update lease_seen set recorded = true where token = old.token and notification = old.id;
    end if;
    return null;
end
$$;
create trigger see_lease after insert or update on notification for each row execute function see_lease();

create table poison_wanted (one boolean);
create table poisoned (conversation uuid, topic text);
create function poison() returns trigger language plpgsql as $$
begin
    delete from poison_wanted where ctid = (select ctid from poison_wanted limit 1 for update skip locked);
    if found then
        insert into poisoned values (new.id, new.topic);
        new.topic := 'nonsense';
    end if;
    return new;
end
$$;
create trigger poison before insert on conversation for each row execute function poison();
"""

POISON = "insert into poison_wanted values (true)"
IS_POISONED = "select 1 from poisoned where not exists (select from poison_wanted)"
MEND = """
with mended as (delete from poisoned returning conversation, topic)
update conversation set topic = mended.topic from mended where conversation.id = mended.conversation
"""

# Leases whose holder's connection is gone run out now instead of a little later. A holder that only lost its connection
# may still be sending, and is counted among those that were cut.
END_LEASES_OF_THE_DEAD = """
update notification set due_at = clock_timestamp() - interval '1 second'
where state = 'leased' and token in (
    select token from lease_seen where backend not in (select pid from pg_stat_activity)
)
"""
LEASED = "select distinct token from notification where state = 'leased'"
STILL_LEASED = """
select 1 from notification where state = 'leased' and token = any(%s) and due_at > clock_timestamp() limit 1
"""
# What was deferred waits for a minute and more: it is due now.
HASTEN = """
with paced as (delete from last_told)
update notification set due_at = clock_timestamp() - interval '1 second'
where state = 'due' and due_at > clock_timestamp()
"""
LEFT = """
select (select count(*) from message where state in ('accepted', 'parked')),
       (select count(*) from notification where state in ('due', 'leased', 'parked')),
       (select count(*) from waiting where kind = 'escalate' and due_at < clock_timestamp() - interval '5 seconds')
"""
DELIVERED = """
select message.id::text, message.idempotency_key, array_agg(delivery.staff order by delivery.staff)
from message left join delivery on delivery.practice = message.practice and delivery.message = message.id
group by message.id, message.idempotency_key
"""
# For each notification: its address, and how many repeats of its email are explained, by tries whose outcome nobody
# could know and by leases that their holder didn't live to record.
TOLD = """
select notification.id::text, staff.email,
    (select count(*) from attempt where attempt.practice = notification.practice
        and attempt.notification = notification.id and outcome = 'deferred' and code is null)
    + (select count(*) from lease_seen where lease_seen.notification = notification.id and not recorded)
from notification
join delivery on delivery.practice = notification.practice and delivery.id = notification.delivery
join staff on staff.practice = delivery.practice and staff.id = delivery.staff
"""
# Likewise for the emails of ladder steps and the daily overdue email, with the state of each notification, since both
# are still sent while the judge looks.
TOLD_OF_WAITING = """
select notification.id::text, staff.email,
    (select count(*) from attempt where attempt.practice = notification.practice
        and attempt.notification = notification.id and outcome = 'deferred' and code is null)
    + (select count(*) from lease_seen where lease_seen.notification = notification.id and not recorded),
    notification.state = 'sent'
from notification
join (
    select practice, notification, staff from step_notice union select practice, notification, staff from staff_notice
) as notice on notice.practice = notification.practice and notice.notification = notification.id
join staff on staff.practice = notice.practice and staff.id = notice.staff
"""
# Whom steps told, and how often each did.
STEPS_TOLD = """
select message::text, step, staff, count(*) from step_notice group by message, step, staff having count(*) > 1
"""
LOST_BATCHES = "select count(distinct token) from lease_seen where not recorded"
