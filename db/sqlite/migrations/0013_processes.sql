CREATE TABLE `limit_uses` (
	`instance` integer NOT NULL,
	`key` text NOT NULL,
	`points` integer NOT NULL,
	`ends_at` integer NOT NULL,
	PRIMARY KEY(`instance`, `key`),
	CONSTRAINT "limit_uses_points" CHECK(typeof("limit_uses"."points") = 'integer' and "limit_uses"."points" between 0 and 9007199254740991)
);
--> statement-breakpoint
CREATE TABLE `presses` (
	`key` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`answer` text,
	CONSTRAINT "presses_at" CHECK(typeof("presses"."at") = 'integer')
);
--> statement-breakpoint
CREATE INDEX `presses_by_time` ON `presses` (`at`);--> statement-breakpoint
ALTER TABLE `pulse` ADD `quiet` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `pulse` ADD `news` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `pulse` ADD `at` integer DEFAULT 0 NOT NULL;