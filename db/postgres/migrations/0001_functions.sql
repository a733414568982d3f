-- Two functions of SQLite that the shop's queries use. The planner of PostgreSQL puts their bodies in place of the calls.
CREATE FUNCTION likelihood(boolean, numeric) RETURNS boolean IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'select $1';
--> statement-breakpoint
CREATE FUNCTION instr(bytea, bytea) RETURNS integer IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'select position($2 in $1)';
