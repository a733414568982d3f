CREATE TABLE `balances` (
	`mch_id` text PRIMARY KEY NOT NULL,
	`balance` integer NOT NULL,
	CONSTRAINT "balances_balance" CHECK(typeof("balances"."balance") = 'integer' and "balances"."balance" >= 0)
);
--> statement-breakpoint
CREATE TABLE `refunds` (
	`mch_id` text NOT NULL,
	`out_refund_no` text NOT NULL,
	`refund_id` text NOT NULL,
	`out_trade_no` text NOT NULL,
	`api_version` text NOT NULL,
	`source` text NOT NULL,
	`funds` text NOT NULL,
	`refund_fee` integer NOT NULL,
	`description` text NOT NULL,
	`notify_url` text,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`ended_at` integer,
	`faults` text NOT NULL,
	PRIMARY KEY(`mch_id`, `out_refund_no`),
	FOREIGN KEY (`mch_id`,`out_trade_no`) REFERENCES `trades`(`mch_id`,`out_trade_no`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refunds_refund_fee" CHECK(typeof("refunds"."refund_fee") = 'integer' and "refunds"."refund_fee" >= 1),
	CONSTRAINT "refunds_created_at" CHECK(typeof("refunds"."created_at") = 'integer'),
	CONSTRAINT "refunds_due_at" CHECK(typeof("refunds"."due_at") = 'integer'),
	CONSTRAINT "refunds_ended_at" CHECK(("refunds"."status" = 'PROCESSING') = ("refunds"."ended_at" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `refunds_by_refund_id` ON `refunds` (`refund_id`);--> statement-breakpoint
CREATE INDEX `refunds_by_trade` ON `refunds` (`mch_id`,`out_trade_no`,`created_at`);--> statement-breakpoint
CREATE INDEX `refunds_by_number` ON `refunds` (`out_refund_no`);--> statement-breakpoint
CREATE INDEX `refunds_by_time` ON `refunds` (`created_at`);--> statement-breakpoint
CREATE INDEX `refunds_by_status` ON `refunds` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `refunds_processing` ON `refunds` (`due_at`) WHERE "refunds"."ended_at" is null;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `out_refund_no` text;--> statement-breakpoint
ALTER TABLE `notifications` ADD `out_refund_no` text;--> statement-breakpoint
ALTER TABLE `requests` ADD `out_refund_no` text;--> statement-breakpoint
INSERT INTO `balances` (`mch_id`, `balance`) SELECT `mch_id`, sum(`total_fee`) FROM `trades` WHERE `transaction_id` IS NOT NULL GROUP BY `mch_id`;
