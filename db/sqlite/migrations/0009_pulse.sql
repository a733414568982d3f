CREATE TABLE `pulse` (
	`id` integer PRIMARY KEY NOT NULL,
	`beats` integer NOT NULL,
	CONSTRAINT "pulse_beats" CHECK(typeof("pulse"."beats") = 'integer' and "pulse"."beats" between 1 and 9007199254740991)
);
