-- Messages that were delivered, answered by nobody, and told by email, a month ago: %(count)s of them.
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, started_at)
select %(practice)s, gen_random_uuid(), 'patient-' || n %% 2000, 'billing', 'site-' || n %% 10, 'Billing Office', 'A question', false,
  now() - interval '30 days'
from generate_series(1, %(count)s) n;
insert into message (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at, accepted_at,
  delivered_at)
select practice, gen_random_uuid(), id, patient, repeat('My question. ', 24), id::text, repeat('0', 64), 'delivered', 0, started_at,
  started_at, started_at
from conversation;
insert into resolution (practice, message, number, resolved_at, distribution_version, recipients, trace)
select practice, id, 1, accepted_at, 1, '[]', '[]' from message;
insert into delivery (practice, id, message, staff, step, state, received_at, conversation, site, written_at)
select practice, gen_random_uuid(), m.id, 'staff-' || (abs(hashtext(m.id::text)) %% 200), 'recipients', 'unread', accepted_at, conversation, site,
  accepted_at
from message m join conversation c using (practice) where c.id = m.conversation;
insert into notification (practice, id, delivery, kind, state, due_at, deferrals, attempts)
select practice, gen_random_uuid(), id, 'staff_delivery', 'sent', received_at, 0, 1 from delivery;
insert into attempt (practice, notification, number, at, outcome, code, answer)
select practice, id, 1, due_at, 'sent', 250, '2.0.0 Ok: queued' from notification;
insert into event (practice, id, number, at, kind, patient, conversation, message)
select practice, gen_random_uuid(), row_number() over (), accepted_at, 'message.delivered', patient, conversation, id from message
