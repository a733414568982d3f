CREATE TABLE `bill_kinds` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `bill_statuses` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `difference_ends` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `difference_kinds` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `difference_subjects` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `bill_chunks` (
	`file_id` integer NOT NULL,
	`place` integer NOT NULL,
	`packed` blob NOT NULL,
	PRIMARY KEY(`file_id`, `place`),
	FOREIGN KEY (`file_id`) REFERENCES `bill_files`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bill_chunks_place" CHECK(typeof("bill_chunks"."place") = 'integer' and "bill_chunks"."place" between 0 and 1000000),
	CONSTRAINT "bill_chunks_packed" CHECK(typeof("bill_chunks"."packed") = 'blob')
);
--> statement-breakpoint
CREATE TABLE `bill_days` (
	`day` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`file_id` integer,
	`totals` text,
	`problem` text,
	`problem_line` integer,
	`compared_at` integer,
	`checks` integer NOT NULL,
	`next_check_at` integer,
	`version` integer NOT NULL,
	PRIMARY KEY(`day`, `kind`),
	FOREIGN KEY (`kind`) REFERENCES `bill_kinds`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`status`) REFERENCES `bill_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`file_id`) REFERENCES `bill_files`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bill_days_compared" CHECK(("bill_days"."status" = 'waiting') = ("bill_days"."compared_at" is null)),
	CONSTRAINT "bill_days_next_check_at" CHECK("bill_days"."next_check_at" is null or typeof("bill_days"."next_check_at") = 'integer'),
	CONSTRAINT "bill_days_checks" CHECK(typeof("bill_days"."checks") = 'integer' and "bill_days"."checks" between 0 and 1000000),
	CONSTRAINT "bill_days_version" CHECK(typeof("bill_days"."version") = 'integer' and "bill_days"."version" between 1 and 1000000)
);
--> statement-breakpoint
CREATE INDEX `bill_days_by_file` ON `bill_days` (`file_id`) WHERE "bill_days"."file_id" is not null;--> statement-breakpoint
CREATE INDEX `bill_days_by_scheduled_check` ON `bill_days` (`next_check_at`) WHERE "bill_days"."next_check_at" is not null;--> statement-breakpoint
CREATE TABLE `bill_differences` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`day` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`number` text NOT NULL,
	`order_id` text,
	`here` text,
	`there` text,
	`found_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`end` text,
	`ended_at` integer,
	`ended_by` text,
	`note` text,
	`problem` text,
	`checks` integer NOT NULL,
	`next_check_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`kind`) REFERENCES `difference_kinds`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subject`) REFERENCES `difference_subjects`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`end`) REFERENCES `difference_ends`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bill_differences_instants" CHECK(typeof("bill_differences"."found_at") = 'integer' and typeof("bill_differences"."seen_at") = 'integer'),
	CONSTRAINT "bill_differences_ended" CHECK(("bill_differences"."end" is null) = ("bill_differences"."ended_at" is null) and ("bill_differences"."end" is null) = ("bill_differences"."ended_by" is null)),
	CONSTRAINT "bill_differences_scheduled" CHECK("bill_differences"."next_check_at" is null or "bill_differences"."end" is null),
	CONSTRAINT "bill_differences_checks" CHECK(typeof("bill_differences"."checks") = 'integer' and "bill_differences"."checks" between 0 and 1000000),
	CONSTRAINT "bill_differences_version" CHECK(typeof("bill_differences"."version") = 'integer' and "bill_differences"."version" between 1 and 1000000)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bill_differences_once` ON `bill_differences` (`day`,`key`);--> statement-breakpoint
CREATE INDEX `bill_differences_open` ON `bill_differences` (`day`,`id`) WHERE "bill_differences"."end" is null;--> statement-breakpoint
CREATE INDEX `bill_differences_by_order` ON `bill_differences` (`order_id`) WHERE "bill_differences"."order_id" is not null;--> statement-breakpoint
CREATE INDEX `bill_differences_by_scheduled_check` ON `bill_differences` (`next_check_at`) WHERE "bill_differences"."next_check_at" is not null;--> statement-breakpoint
CREATE TABLE `bill_files` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`day` text NOT NULL,
	`kind` text NOT NULL,
	`fetched_at` integer NOT NULL,
	`sha256` text,
	`bytes` integer,
	FOREIGN KEY (`kind`) REFERENCES `bill_kinds`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bill_files_fetched_at" CHECK(typeof("bill_files"."fetched_at") = 'integer'),
	CONSTRAINT "bill_files_whole" CHECK(("bill_files"."sha256" is null) = ("bill_files"."bytes" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bill_files_once` ON `bill_files` (`day`,`kind`,`sha256`);--> statement-breakpoint
CREATE TABLE `bill_rows` (
	`file_id` integer NOT NULL,
	`line` integer NOT NULL,
	`subject` text NOT NULL,
	`number` text NOT NULL,
	PRIMARY KEY(`file_id`, `line`),
	FOREIGN KEY (`file_id`) REFERENCES `bill_files`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subject`) REFERENCES `difference_subjects`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bill_rows_line" CHECK(typeof("bill_rows"."line") = 'integer' and "bill_rows"."line" between 1 and 1000000)
);
--> statement-breakpoint
CREATE INDEX `bill_rows_by_number` ON `bill_rows` (`number`);--> statement-breakpoint
CREATE INDEX `transactions_by_payment` ON `transactions` (`paid_at`,`transaction_id`);--> statement-breakpoint
CREATE INDEX `refunds_by_acceptance` ON `refunds` (`accepted_at`,`out_refund_no`) WHERE "refunds"."accepted_at" is not null;