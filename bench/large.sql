-- One health system (%(large)s) beside many small practices: %(patients)s patients, %(staff)s staff and 40 sites in it, and
-- %(practices)s practices of 50 patients, five staff and one site each. Settings name the first staff of each practice.
insert into practice (id, name, time_zone, created_at)
select %(large)s, 'Health System', 'America/Chicago', now()
union all select 'small-' || n, 'Small Practice', 'America/Chicago', now() from generate_series(1, %(practices)s) n;
create temporary table size on commit preserve rows as
select id as practice, case when id = %(large)s then %(patients)s else 50 end as patients,
  case when id = %(large)s then %(staff)s else 5 end as staff, case when id = %(large)s then 40 else 1 end as sites
from practice;
insert into site (practice, id, name, hidden)
select practice, 'site-' || n, 'Site ' || n, false from size, generate_series(0, sites - 1) n;
insert into staff (practice, id, name, email, title, roles, active)
select practice, 'staff-' || n, 'Member ' || n, 'staff-' || n || '@clinic.example', 'RN',
  case when n = 0 then '["portal_admin", "staff"]' else '["staff"]' end::jsonb, true
from size, generate_series(0, staff - 1) n;
insert into patient (practice, id, name, birth_date, record_number, email, notify, home_site, active, sought)
select practice, 'patient-' || n, name, date '1950-01-01' + (n %% 20000), 'MRN ' || n, 'patient-' || n || '@home.example',
  true, 'site-' || n %% sites, true, lower(name || ' mrn ' || n || ' patient-' || n)
from size, generate_series(0, patients - 1) n, lateral (select 'Given' || n %% 700 || ' Family' || n %% 5000) of_patient (name);
insert into patient_site (practice, patient, site, position)
select practice, 'patient-' || n, 'site-' || n %% sites, 0 from size, generate_series(0, patients - 1) n;
insert into care_team_member (practice, patient, staff, role, position)
select practice, 'patient-' || n, 'staff-' || (n + place) %% staff, 'Physician', place
from size, generate_series(0, patients - 1) n, generate_series(0, 2) place;
insert into authorized_user (practice, patient, id, name, email, notify, permissions, position, removed)
select practice, 'patient-' || n, 'carer', 'A Carer', null, false, '["messages:read"]', 0, false
from size, generate_series(0, patients - 1, 10) n;
insert into distribution (practice, version, document, changes, actor_kind, actor, saved_at)
select practice, 1, jsonb_build_object('messaging_enabled', true, 'by_site', true, 'care_team_fallback', true,
    'disclaimer', 'Not watched round the clock.', 'catch_all', jsonb_build_array('staff-0'), 'sites', '{}'::jsonb, 'practice', (
      select jsonb_object_agg(topic, jsonb_build_object('enabled', true, 'display_name', 'The Desk', 'recipients',
        case when topic = 'medical' then '[]'::jsonb else jsonb_build_array('staff-0', 'staff-1') end))
      from unnest(array['medical', 'appointment', 'medication', 'billing', 'other']) topic)),
  '[]', 'command', 'bench', now()
from size;
update practice set roster_version = 1, distribution_version = 1;
drop table size
