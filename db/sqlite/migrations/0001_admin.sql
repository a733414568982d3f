-- Tables that others refer to are kept and widened; only the history, which nothing refers to, is written anew.
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`email` text NOT NULL,
	`role` text,
	`address` text NOT NULL,
	`act` text NOT NULL,
	`order_id` text,
	`notification_id` integer,
	`transaction_id` text,
	`detail` text NOT NULL,
	`outcome_of` integer,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_id`) REFERENCES `transactions`(`transaction_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`outcome_of`) REFERENCES `audit`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "audit_at" CHECK(typeof("audit"."at") = 'integer'),
	CONSTRAINT "audit_role" CHECK("audit"."role" is null or "audit"."role" in ('viewer', 'operator')),
	CONSTRAINT "audit_act" CHECK("audit"."act" in ('signed_in', 'sign_in_failed', 'signed_out', 'password_changed', 'sessions_ended', 'admin_added', 'admin_changed', 'admin_removed', 'order_asked', 'order_closed', 'order_shipped', 'orders_exported', 'money_resolved', 'notification_replayed', 'notifications_replayed'))
);
--> statement-breakpoint
CREATE INDEX `audit_by_act` ON `audit` (`act`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_email` ON `audit` (`email`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_order` ON `audit` (`order_id`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_notification` ON `audit` (`notification_id`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_transaction` ON `audit` (`transaction_id`,`id`);
--> statement-breakpoint
CREATE TABLE `calls` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`path` text NOT NULL,
	`out_trade_no` text,
	`outcome` text NOT NULL,
	`is_answered` integer NOT NULL,
	`request` text NOT NULL,
	`answer` text NOT NULL,
	CONSTRAINT "calls_at" CHECK(typeof("calls"."at") = 'integer'),
	CONSTRAINT "calls_duration" CHECK(typeof("calls"."duration_ms") = 'integer' and "calls"."duration_ms" between 0 and 1000000000)
);
--> statement-breakpoint
CREATE INDEX `calls_by_time` ON `calls` (`at`,`is_answered`,`duration_ms`);
--> statement-breakpoint
CREATE INDEX `calls_by_number` ON `calls` (`out_trade_no`,`id`);
--> statement-breakpoint
CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL,
	CONSTRAINT "counters_value" CHECK(typeof("counters"."value") = 'integer' and "counters"."value" between 0 and 9007199254740991)
);
--> statement-breakpoint
CREATE TABLE `verdict_counts` (
	`hour` integer NOT NULL,
	`verdict` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`hour`, `verdict`),
	CONSTRAINT "verdict_counts_hour" CHECK(typeof("verdict_counts"."hour") = 'integer'),
	CONSTRAINT "verdict_counts_verdict" CHECK("verdict_counts"."verdict" in ('applied', 'already', 'stray', 'payment_failed', 'wrong_amount', 'unknown_payment', 'not_ours', 'bad_signature', 'malformed', 'failed_transport', 'query_failed', 'contradicted')),
	CONSTRAINT "verdict_counts_count" CHECK(typeof("verdict_counts"."count") = 'integer' and "verdict_counts"."count" between 1 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE `__new_order_events` (
	`order_id` text NOT NULL,
	`version` integer NOT NULL,
	`from` text,
	`to` text NOT NULL,
	`cause_kind` text NOT NULL,
	`cause_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `version`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_events_to" CHECK("__new_order_events"."to" in ('pending', 'paid', 'closed')),
	CONSTRAINT "order_events_cause" CHECK("__new_order_events"."cause_kind" in ('checkout', 'notification', 'worker', 'customer', 'admin')),
	CONSTRAINT "order_events_version" CHECK(typeof("__new_order_events"."version") = 'integer' and "__new_order_events"."version" between 1 and 1000000),
	CONSTRAINT "order_events_at" CHECK(typeof("__new_order_events"."at") = 'integer')
);
--> statement-breakpoint
INSERT INTO `__new_order_events`("order_id", "version", "from", "to", "cause_kind", "cause_id", "at") SELECT "order_id", "version", "from", "to", "cause_kind", "cause_id", "at" FROM `order_events`;
--> statement-breakpoint
DROP TABLE `order_events`;
--> statement-breakpoint
ALTER TABLE `__new_order_events` RENAME TO `order_events`;
--> statement-breakpoint
ALTER TABLE `orders` ADD `shipped_at` integer CONSTRAINT "orders_shipped_at" CHECK("shipped_at" is null or (typeof("shipped_at") = 'integer' and "status" = 'paid'));
--> statement-breakpoint
ALTER TABLE `orders` ADD `channel` text CONSTRAINT "orders_channel" CHECK("channel" is null or "channel" in ('native', 'app', 'h5', 'jsapi'));
--> statement-breakpoint
UPDATE `orders` SET `channel` = (SELECT `channel` FROM `payments` WHERE `payments`.`order_id` = `orders`.`id` ORDER BY `payments`.`created_at` DESC, `payments`.`out_trade_no` DESC LIMIT 1);
--> statement-breakpoint
ALTER TABLE `transactions` ADD `resolved_at` integer CONSTRAINT "transactions_resolved_at" CHECK("resolved_at" is null or typeof("resolved_at") = 'integer');
--> statement-breakpoint
ALTER TABLE `transactions` ADD `resolved_by` text;
--> statement-breakpoint
ALTER TABLE `transactions` ADD `resolution` text CONSTRAINT "transactions_resolved" CHECK(("resolved_at" is null) = ("resolved_by" is null) and ("resolved_at" is null) = ("resolution" is null));
--> statement-breakpoint
ALTER TABLE `notifications` ADD `claimed_fen` integer CONSTRAINT "notifications_claimed" CHECK("claimed_fen" is null or (typeof("claimed_fen") = 'integer' and "claimed_fen" >= 0));
--> statement-breakpoint
ALTER TABLE `notifications` ADD `replay_of` integer CONSTRAINT "notifications_replay" CHECK("replay_of" is null or typeof("replay_of") = 'integer');
--> statement-breakpoint
DROP INDEX `transactions_to_look_at`;
--> statement-breakpoint
CREATE INDEX `transactions_by_order` ON `transactions` (`order_id`);
--> statement-breakpoint
CREATE INDEX `transactions_to_look_at` ON `transactions` (`seen_at`,`transaction_id`) WHERE "transactions"."outcome" <> 'applied' and "transactions"."resolved_at" is null;
--> statement-breakpoint
CREATE INDEX `notifications_by_time` ON `notifications` (`received_at`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_by_verdict_and_time` ON `notifications` (`verdict`,`received_at`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_to_look_at` ON `notifications` (`received_at`,`id`) WHERE "notifications"."verdict" in ('stray', 'wrong_amount', 'unknown_payment', 'contradicted');
--> statement-breakpoint
CREATE INDEX `notifications_by_transaction` ON `notifications` (`transaction_id`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_by_replay` ON `notifications` (`replay_of`) WHERE "notifications"."replay_of" is not null;
--> statement-breakpoint
CREATE INDEX `orders_by_status` ON `orders` (`status`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `orders_by_channel` ON `orders` (`channel`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `orders_by_payment` ON `orders` (`paid_at`) WHERE "orders"."paid_at" is not null;
