begin;
create temp table if not exists t(id bigint) on commit delete rows;
with m as (insert into message(patient_id,site_id,topic_id,care_team_id,body) select g,1,2,3,'I have a question about my medication refill. I have a question about my medication refill. I have a question about my medication refill. I have a question about my medication refill. I have a question about my medication refill. I have a question about my medication refill. I have a question about my medication refill. ' from generate_series(1,100) g returning id) insert into t select id from m;
insert into inbox(message_id,staff_id) select id, ((id+n)%200)::int from t, generate_series(1,20) n;
update message set status=1,routed_at=now() where id in (select id from t);
commit;
