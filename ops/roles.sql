-- The role that Careroute's processes work as: it reads and writes rows, and owns nothing. So it can't drop the triggers
-- that keep the audit append-only, nor change any table. The role that migrates owns everything.
--
-- Run as that owner, who needs createrole, before or after migrating, as often as you like:
--   APP_PASSWORD=… psql --file ops/roles.sql postgresql://careroute@database/careroute
\set ON_ERROR_STOP on
\getenv password APP_PASSWORD

select 'create role careroute_app' where not exists (select from pg_roles where rolname = 'careroute_app') \gexec
alter role careroute_app login password :'password';

grant usage on schema public to careroute_app;
grant select, insert, update, delete on all tables in schema public to careroute_app;
grant usage, select on all sequences in schema public to careroute_app;
-- For the tables of later migrations.
alter default privileges in schema public grant select, insert, update, delete on tables to careroute_app;
alter default privileges in schema public grant usage, select on sequences to careroute_app;
-- Statistics are renewed after a large import, instead of by autovacuum up to a minute later.
select 'grant maintain on all tables in schema public to careroute_app' where :SERVER_VERSION_NUM >= 170000 \gexec
select 'alter default privileges in schema public grant maintain on tables to careroute_app'
    where :SERVER_VERSION_NUM >= 170000 \gexec
