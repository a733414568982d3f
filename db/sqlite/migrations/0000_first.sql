CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`received_at` integer NOT NULL,
	`remote_address` text NOT NULL,
	`headers` text NOT NULL,
	`body` blob NOT NULL,
	`body_bytes` integer NOT NULL,
	`body_sha256` text NOT NULL,
	`times` integer NOT NULL,
	`verdict` text,
	`checks` text,
	`signed_text` text,
	`expected_sign` text,
	`received_sign` text,
	`query_answer` text,
	`out_trade_no` text,
	`transaction_id` text,
	`order_id` text,
	`reply` text,
	`concluded_at` integer,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notifications_received_at" CHECK(typeof("notifications"."received_at") = 'integer'),
	CONSTRAINT "notifications_verdict" CHECK("notifications"."verdict" is null or "notifications"."verdict" in ('applied', 'already', 'stray', 'payment_failed', 'wrong_amount', 'unknown_payment', 'not_ours', 'bad_signature', 'malformed', 'failed_transport', 'query_failed', 'contradicted')),
	CONSTRAINT "notifications_concluded_at" CHECK("notifications"."concluded_at" is null or typeof("notifications"."concluded_at") = 'integer'),
	CONSTRAINT "notifications_body_type" CHECK(typeof("notifications"."body") = 'blob'),
	CONSTRAINT "notifications_body" CHECK("notifications"."body_bytes" = length("notifications"."body")),
	CONSTRAINT "notifications_times" CHECK(typeof("notifications"."times") = 'integer' and "notifications"."times" between 1 and 1000000000),
	CONSTRAINT "notifications_concluded" CHECK(("notifications"."verdict" is null) = ("notifications"."concluded_at" is null) and ("notifications"."verdict" is null) = ("notifications"."reply" is null)),
	CONSTRAINT "notifications_reply" CHECK("notifications"."reply" is null or "notifications"."reply" in ('thanks', 'again'))
);
--> statement-breakpoint
CREATE INDEX `notifications_by_verdict` ON `notifications` (`verdict`,`id`,`body_bytes`);--> statement-breakpoint
CREATE INDEX `notifications_unjudged` ON `notifications` (`received_at`) WHERE "notifications"."verdict" is null;--> statement-breakpoint
CREATE INDEX `notifications_by_body` ON `notifications` (`body_sha256`,`verdict`);--> statement-breakpoint
CREATE INDEX `notifications_by_number` ON `notifications` (`out_trade_no`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_by_order` ON `notifications` (`order_id`,`id`);--> statement-breakpoint
CREATE TABLE `order_events` (
	`order_id` text NOT NULL,
	`version` integer NOT NULL,
	`from` text,
	`to` text NOT NULL,
	`cause_kind` text NOT NULL,
	`cause_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `version`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_events_to" CHECK("order_events"."to" in ('pending', 'paid', 'closed')),
	CONSTRAINT "order_events_cause" CHECK("order_events"."cause_kind" in ('checkout', 'notification', 'worker', 'customer')),
	CONSTRAINT "order_events_version" CHECK(typeof("order_events"."version") = 'integer' and "order_events"."version" between 1 and 1000000),
	CONSTRAINT "order_events_at" CHECK(typeof("order_events"."at") = 'integer')
);
--> statement-breakpoint
CREATE TABLE `order_items` (
	`order_id` text NOT NULL,
	`position` integer NOT NULL,
	`product_id` text NOT NULL,
	`name` text NOT NULL,
	`quantity` integer NOT NULL,
	`price_fen` integer NOT NULL,
	PRIMARY KEY(`order_id`, `position`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_items_position" CHECK(typeof("order_items"."position") = 'integer' and "order_items"."position" between 0 and 1000000),
	CONSTRAINT "order_items_quantity" CHECK(typeof("order_items"."quantity") = 'integer' and "order_items"."quantity" between 1 and 1000000),
	CONSTRAINT "order_items_price" CHECK(typeof("order_items"."price_fen") = 'integer' and "order_items"."price_fen" between 1 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`amount_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`paid_at` integer,
	`closed_at` integer,
	`transaction_id` text,
	`idempotency_key` text,
	`fingerprint` text,
	`version` integer NOT NULL,
	CONSTRAINT "orders_currency" CHECK("orders"."currency" in ('CNY')),
	CONSTRAINT "orders_status" CHECK("orders"."status" in ('pending', 'paid', 'closed')),
	CONSTRAINT "orders_amount" CHECK(typeof("orders"."amount_fen") = 'integer' and "orders"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "orders_paid" CHECK(("orders"."status" = 'paid') = ("orders"."transaction_id" is not null)),
	CONSTRAINT "orders_version" CHECK(typeof("orders"."version") = 'integer' and "orders"."version" between 1 and 1000000),
	CONSTRAINT "orders_instants" CHECK(typeof("orders"."created_at") = 'integer' and typeof("orders"."expires_at") = 'integer'),
	CONSTRAINT "orders_paid_at" CHECK("orders"."paid_at" is null or typeof("orders"."paid_at") = 'integer'),
	CONSTRAINT "orders_closed_at" CHECK("orders"."closed_at" is null or typeof("orders"."closed_at") = 'integer')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_transaction_id_unique` ON `orders` (`transaction_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_idempotency_key_unique` ON `orders` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `orders_by_expiry` ON `orders` (`status`,`expires_at`);--> statement-breakpoint
CREATE INDEX `orders_by_creation` ON `orders` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `payments` (
	`out_trade_no` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`channel` text NOT NULL,
	`status` text NOT NULL,
	`amount_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`sign_type` text NOT NULL,
	`request` text NOT NULL,
	`prepay_id` text,
	`code_url` text,
	`mweb_url` text,
	`prepaid_at` integer,
	`transaction_id` text,
	`created_at` integer NOT NULL,
	`next_check_at` integer,
	`checks` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payments_currency" CHECK("payments"."currency" in ('CNY')),
	CONSTRAINT "payments_checks" CHECK(typeof("payments"."checks") = 'integer' and "payments"."checks" between 0 and 1000000),
	CONSTRAINT "payments_paid" CHECK("payments"."status" not in ('paid', 'stray') or "payments"."transaction_id" is not null),
	CONSTRAINT "payments_channel" CHECK("payments"."channel" in ('native', 'app', 'h5', 'jsapi')),
	CONSTRAINT "payments_status" CHECK("payments"."status" in ('preparing', 'open', 'paid', 'closed', 'stray')),
	CONSTRAINT "payments_amount" CHECK(typeof("payments"."amount_fen") = 'integer' and "payments"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "payments_version" CHECK(typeof("payments"."version") = 'integer' and "payments"."version" between 1 and 1000000),
	CONSTRAINT "payments_created_at" CHECK(typeof("payments"."created_at") = 'integer'),
	CONSTRAINT "payments_prepaid_at" CHECK("payments"."prepaid_at" is null or typeof("payments"."prepaid_at") = 'integer'),
	CONSTRAINT "payments_next_check_at" CHECK(("payments"."next_check_at" is not null and typeof("payments"."next_check_at") = 'integer') = ("payments"."status" in ('preparing', 'open')))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_transaction_id_unique` ON `payments` (`transaction_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_one_live` ON `payments` (`order_id`) WHERE "payments"."status" in ('preparing', 'open');--> statement-breakpoint
CREATE INDEX `payments_by_order` ON `payments` (`order_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `payments_by_appointment` ON `payments` (`next_check_at`) WHERE "payments"."next_check_at" is not null;--> statement-breakpoint
CREATE TABLE `products` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`price_fen` integer NOT NULL,
	`stock` integer NOT NULL,
	`stock_initial` integer NOT NULL,
	`image` text NOT NULL,
	`position` integer NOT NULL,
	CONSTRAINT "products_price" CHECK(typeof("products"."price_fen") = 'integer' and "products"."price_fen" between 1 and 1000000000),
	CONSTRAINT "products_stock" CHECK(typeof("products"."stock") = 'integer' and "products"."stock" between 0 and 1000000),
	CONSTRAINT "products_position" CHECK(typeof("products"."position") = 'integer' and "products"."position" between 0 and 1000000),
	CONSTRAINT "products_stock_initial" CHECK(typeof("products"."stock_initial") = 'integer' and "products"."stock_initial" between 0 and 1000000)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `products_slug_unique` ON `products` (`slug`);--> statement-breakpoint
CREATE TABLE `secrets` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `transactions` (
	`transaction_id` text PRIMARY KEY NOT NULL,
	`out_trade_no` text NOT NULL,
	`order_id` text,
	`paid_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`paid_at` integer NOT NULL,
	`outcome` text NOT NULL,
	`seen_at` integer NOT NULL,
	`seen_by` text NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "transactions_paid" CHECK(typeof("transactions"."paid_fen") = 'integer' and "transactions"."paid_fen" between 0 and 999999999999),
	CONSTRAINT "transactions_seen_by" CHECK("transactions"."seen_by" in ('notification', 'query')),
	CONSTRAINT "transactions_outcome" CHECK("transactions"."outcome" in ('applied', 'late', 'second', 'mismatch', 'unknown_order')),
	CONSTRAINT "transactions_order" CHECK(("transactions"."outcome" = 'unknown_order') = ("transactions"."order_id" is null)),
	CONSTRAINT "transactions_instants" CHECK(typeof("transactions"."paid_at") = 'integer' and typeof("transactions"."seen_at") = 'integer')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `transactions_one_applied` ON `transactions` (`order_id`) WHERE "transactions"."outcome" = 'applied';--> statement-breakpoint
CREATE INDEX `transactions_by_number` ON `transactions` (`out_trade_no`);--> statement-breakpoint
CREATE INDEX `transactions_to_look_at` ON `transactions` (`seen_at`) WHERE "transactions"."outcome" <> 'applied';--> statement-breakpoint
CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`password` text,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `account_by_user` ON `account` (`user_id`);--> statement-breakpoint
CREATE TABLE `rate_limit` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`count` integer NOT NULL,
	`last_request` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rate_limit_key_unique` ON `rate_limit` (`key`);--> statement-breakpoint
CREATE TABLE `session` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token` text NOT NULL,
	`expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_token_unique` ON `session` (`token`);--> statement-breakpoint
CREATE INDEX `session_by_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer NOT NULL,
	`image` text,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);--> statement-breakpoint
CREATE TABLE `verification` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verification_by_identifier` ON `verification` (`identifier`);