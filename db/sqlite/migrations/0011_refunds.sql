-- Refunds with their history; messages and calls name the refund that they are about.
CREATE TABLE `refund_changes` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refund_sources` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refund_statuses` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refund_waits` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refund_events` (
	`out_refund_no` text NOT NULL,
	`version` integer NOT NULL,
	`what` text NOT NULL,
	`from` text,
	`to` text NOT NULL,
	`cause_kind` text NOT NULL,
	`cause_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`out_refund_no`, `version`),
	FOREIGN KEY (`out_refund_no`) REFERENCES `refunds`(`out_refund_no`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`what`) REFERENCES `refund_changes`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from`) REFERENCES `refund_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to`) REFERENCES `refund_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cause_kind`) REFERENCES `causes`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refund_events_version" CHECK(typeof("refund_events"."version") = 'integer' and "refund_events"."version" between 1 and 1000000),
	CONSTRAINT "refund_events_at" CHECK(typeof("refund_events"."at") = 'integer')
);
--> statement-breakpoint
CREATE TABLE `refunds` (
	`out_refund_no` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`out_trade_no` text NOT NULL,
	`transaction_id` text NOT NULL,
	`status` text NOT NULL,
	`refund_fen` integer NOT NULL,
	`paid_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`api_version` text NOT NULL,
	`sign_type` text NOT NULL,
	`request` text NOT NULL,
	`source` text NOT NULL,
	`reason` text NOT NULL,
	`lines` text NOT NULL,
	`returns_stock` integer NOT NULL,
	`created_at` integer NOT NULL,
	`approved_at` integer,
	`accepted_at` integer,
	`ended_at` integer,
	`refund_id` text,
	`received_by` text,
	`note` text,
	`resolved_at` integer,
	`problem` text,
	`waits_for` text,
	`next_check_at` integer,
	`checks` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`out_trade_no`) REFERENCES `payments`(`out_trade_no`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`status`) REFERENCES `refund_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`api_version`) REFERENCES `api_versions`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`source`) REFERENCES `refund_sources`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`waits_for`) REFERENCES `refund_waits`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refunds_currency" CHECK("refunds"."currency" in ('CNY')),
	CONSTRAINT "refunds_amount" CHECK(typeof("refunds"."refund_fen") = 'integer' and "refunds"."refund_fen" between 1 and 1000000000),
	CONSTRAINT "refunds_paid" CHECK(typeof("refunds"."paid_fen") = 'integer' and "refunds"."paid_fen" between 1 and 1000000000),
	CONSTRAINT "refunds_part" CHECK("refunds"."refund_fen" <= "refunds"."paid_fen"),
	CONSTRAINT "refunds_returns_stock" CHECK("refunds"."returns_stock" in (0, 1)),
	CONSTRAINT "refunds_created_at" CHECK(typeof("refunds"."created_at") = 'integer'),
	CONSTRAINT "refunds_approved_at" CHECK("refunds"."approved_at" is null or typeof("refunds"."approved_at") = 'integer'),
	CONSTRAINT "refunds_accepted_at" CHECK("refunds"."accepted_at" is null or typeof("refunds"."accepted_at") = 'integer'),
	CONSTRAINT "refunds_ended_at" CHECK(("refunds"."ended_at" is not null and typeof("refunds"."ended_at") = 'integer') = ("refunds"."status" in ('succeeded', 'closed', 'declined'))),
	CONSTRAINT "refunds_resolved_at" CHECK("refunds"."resolved_at" is null or typeof("refunds"."resolved_at") = 'integer'),
	CONSTRAINT "refunds_next_check_at" CHECK("refunds"."next_check_at" is null or typeof("refunds"."next_check_at") = 'integer'),
	CONSTRAINT "refunds_approved" CHECK("refunds"."approved_at" is not null or "refunds"."status" in ('requested', 'declined')),
	CONSTRAINT "refunds_scheduled" CHECK("refunds"."next_check_at" is null or ("refunds"."approved_at" is not null and "refunds"."ended_at" is null)),
	CONSTRAINT "refunds_checks" CHECK(typeof("refunds"."checks") = 'integer' and "refunds"."checks" between 0 and 1000000),
	CONSTRAINT "refunds_version" CHECK(typeof("refunds"."version") = 'integer' and "refunds"."version" between 1 and 1000000)
);
--> statement-breakpoint
CREATE INDEX `refunds_by_order` ON `refunds` (`order_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `refunds_by_payment` ON `refunds` (`out_trade_no`);--> statement-breakpoint
CREATE INDEX `refunds_by_transaction` ON `refunds` (`transaction_id`);--> statement-breakpoint
CREATE INDEX `refunds_by_refund_id` ON `refunds` (`refund_id`) WHERE "refunds"."refund_id" is not null;--> statement-breakpoint
CREATE INDEX `refunds_by_creation` ON `refunds` (`created_at`,`out_refund_no`);--> statement-breakpoint
CREATE INDEX `refunds_by_status` ON `refunds` (`status`,`created_at`,`out_refund_no`);--> statement-breakpoint
CREATE INDEX `refunds_open` ON `refunds` (`created_at`,`out_refund_no`) WHERE "refunds"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `refunds_to_look_at` ON `refunds` (`created_at`,`out_refund_no`,`order_id`) WHERE ("refunds"."status" = 'requested' and "refunds"."approved_at" is null) or ("refunds"."resolved_at" is null and ("refunds"."status" = 'abnormal' or "refunds"."source" = 'wechat')) or "refunds"."waits_for" in ('operator', 'developer');--> statement-breakpoint
CREATE INDEX `refunds_by_scheduled_check` ON `refunds` (`next_check_at`) WHERE "refunds"."next_check_at" is not null;--> statement-breakpoint
DROP INDEX `notifications_to_look_at`;--> statement-breakpoint
ALTER TABLE `notifications` ADD `out_refund_no` text;--> statement-breakpoint
CREATE INDEX `notifications_by_refund` ON `notifications` (`out_refund_no`,`id`) WHERE "notifications"."out_refund_no" is not null;--> statement-breakpoint
CREATE INDEX `notifications_to_look_at` ON `notifications` (`received_at`,`id`) WHERE "notifications"."verdict" in ('stray', 'wrong_amount', 'unknown_payment', 'contradicted', 'unknown_refund');--> statement-breakpoint
ALTER TABLE `calls` ADD `out_refund_no` text;--> statement-breakpoint
CREATE INDEX `calls_by_refund` ON `calls` (`out_refund_no`,`id`) WHERE "calls"."out_refund_no" is not null;