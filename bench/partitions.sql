-- Messages of a year, twelve months of 30 days, once in one table and once in partitions by month.
-- Ids begin with their time, so that a month is a range of ids, and the key of the table as it is would do.
create table plain (practice text not null, id uuid not null, patient text not null, body text not null, accepted_at timestamptz not null,
  primary key (practice, id));
create table monthly (like plain including all) partition by range (id);
create function first_id(month integer) returns uuid language sql immutable as $$
  select (lpad(to_hex(1735689600000 + month::bigint * 2592000000), 12, '0') || '00000000000000000000')::uuid $$;
select format('create table month_%s partition of monthly for values from (%L) to (%L)', month, first_id(month), first_id(month + 1))
from generate_series(0, 11) month
