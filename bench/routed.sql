-- Messages that waited in the last two hours and were routed since, as processes would have done: %(count)s of them.
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, started_at)
select %(practice)s, gen_random_uuid(), 'patient-' || n %% 2000, 'billing', 'site-' || n %% 10, 'Billing Office', 'A question', false,
  now() - interval '1 minute' - n * interval '2 hours' / %(count)s
from generate_series(1, %(count)s) n;
insert into message (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at, accepted_at)
select practice, gen_random_uuid(), id, patient, repeat('My question. ', 24), id::text, repeat('0', 64), 'accepted', 0, started_at, started_at
from conversation;
insert into waiting (practice, kind, second, due_at, id)
select practice, 'route', floor(extract(epoch from due_at)), due_at, id from message;
delete from waiting;
insert into resolution (practice, message, number, resolved_at, distribution_version, recipients, trace)
select practice, id, 1, accepted_at, 1, '[]', '[]' from message;
insert into delivery (practice, id, message, staff, step, state, received_at)
select practice, gen_random_uuid(), id, 'staff-' || (abs(hashtext(id::text)) %% 200), 'recipients', 'unread', accepted_at from message;
update message set state = 'delivered', delivered_at = accepted_at;
insert into notification (practice, id, delivery, kind, state, due_at, deferrals, attempts)
select practice, id, id, 'staff_delivery', 'due', received_at, 0, 0 from delivery;
update notification set state = 'sent', attempts = 1
