"""The database: tables, one repository a subject, the unit of work and the migrations. SQLite and PostgreSQL."""
