"""PostgreSQL, Valkey and SMTP servers, started from wheels: the one part of `tests` that the benchmarks use as well."""
