-- Messages of the health system, in the last 40 to 10 days, one in 50 to the first member of staff, and nine in ten are done,
-- of the first member's nineteen in twenty. One patient has 500 conversations, however many messages there are. Of one in
-- 100 that are done nobody said how. Few of those that wait are overdue: an answer to the others is expected later.
create temporary table made on commit preserve rows as
select n, id as conversation, id as message, id as delivery, at, patient, staff, unread
from (select n, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || substr(md5(n::text), 1, 16))::uuid as id,
  at, patient, staff, unread
from (select n, now() - interval '40 days' + n * interval '30 days' / %(count)s as at, 'patient-' || case when n <= 500 then 0 else n %% %(patients)s end as patient,
  'staff-' || case when n %% 50 = 0 then 0 else n %% %(staff)s end as staff, n %% 10 = 1 or n %% 1000 = 50 as unread
from generate_series(1, %(count)s) n) timed) made_of_time;
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, owner, started_at)
select %(large)s, conversation, patient, 'billing', 'site-' || n %% 40, 'The Desk', 'A question', false, case when not unread then staff end, at
from made;
insert into message (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at, accepted_at, delivered_at, done_at, answer_by)
select %(large)s, message, conversation, patient, repeat('My question. ', 24), message::text, repeat('0', 64),
  case when unread then 'delivered' when n %% 100 = 2 then 'opened' else 'answered' end, 0, at, at, at,
  case when not unread and n %% 100 = 2 then at + interval '2 days' end,
  at + case when unread and n > 200 then interval '60 days' else interval '1 day' end
from made;
insert into ladder_run (practice, message, number, began_at, clock, steps, failures, urgent, on_clock, due_at, due_do, alerted_at, failed_at, ended_at, ended_by)
select %(large)s, message, 1, at, at, '[{"after": 240, "while": "unanswered", "do": "alert"}]', 0, false, false,
  case when unread then now() + interval '1 day' + n * interval '1 second' end, case when unread and not alerted then 'alert' end,
  case when alerted or not unread then at + interval '4 hours' end, case when alerted and n < 250 then at end,
  case when not unread then at + interval '2 days' end, case when not unread then case when n %% 100 = 2 then 'done' else 'answered' end end
from (select *, unread and n between 201 and 400 as alerted from made) climbed;
insert into waiting (practice, kind, second, due_at, id)
select practice, 'escalate', floor(extract(epoch from due_at)), due_at, message from ladder_run where practice = %(large)s and due_at is not null;
insert into resolution (practice, message, number, resolved_at, distribution_version, recipients, trace)
select %(large)s, message, 1, at, 1, jsonb_build_array(jsonb_build_object('staff', staff, 'step', 'recipients', 'represents', null)), '[]' from made;
insert into delivery (practice, id, message, conversation, site, written_at, staff, step, state, received_at)
select %(large)s, delivery, message, conversation, 'site-' || n %% 40, at, staff, 'recipients', case when unread then 'unread' else 'done' end, at from made;
insert into notification (practice, id, delivery, kind, state, due_at, deferrals, attempts)
select %(large)s, delivery, delivery, 'staff_delivery', 'sent', at, 0, 1 from made;
insert into hand_over (practice, id, message, giver, taker, kind, whole_conversation, handed_at)
select %(large)s, message, message, 'staff-0', staff, 'forward', false, at from made where n %% 3 = 0;
insert into event (practice, id, number, at, kind, patient, conversation, message)
select %(large)s, message, n, at, 'message.delivered', patient, conversation, message from made;
insert into search_text (practice, message, words) select %(large)s, message, ' a my question ' from made;
insert into search_mark (practice, message, settled) select %(large)s, message, message from made order by n desc limit 1
on conflict (practice) do update set message = excluded.message, settled = excluded.settled;
drop table made
