-- Orders keep their stock for a while without a payment, and count among those of a buyer and an address; products can
-- be off sale, restocked and changed.
CREATE TABLE `__new_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`amount_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`created_at` integer NOT NULL,
	`held_until` integer,
	`expires_at` integer NOT NULL,
	`paid_at` integer,
	`closed_at` integer,
	`transaction_id` text,
	`idempotency_key` text,
	`fingerprint` text,
	`version` integer NOT NULL,
	`shipped_at` integer,
	`channel` text,
	`buyer` text,
	`address` text,
	FOREIGN KEY (`status`) REFERENCES `order_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "orders_currency" CHECK("__new_orders"."currency" in ('CNY')),
	CONSTRAINT "orders_amount" CHECK(typeof("__new_orders"."amount_fen") = 'integer' and "__new_orders"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "orders_paid" CHECK(("__new_orders"."status" = 'paid') = ("__new_orders"."transaction_id" is not null)),
	CONSTRAINT "orders_version" CHECK(typeof("__new_orders"."version") = 'integer' and "__new_orders"."version" between 1 and 1000000),
	CONSTRAINT "orders_instants" CHECK(typeof("__new_orders"."created_at") = 'integer' and typeof("__new_orders"."expires_at") = 'integer'),
	CONSTRAINT "orders_held_until" CHECK("__new_orders"."held_until" is null or typeof("__new_orders"."held_until") = 'integer'),
	CONSTRAINT "orders_paid_at" CHECK("__new_orders"."paid_at" is null or typeof("__new_orders"."paid_at") = 'integer'),
	CONSTRAINT "orders_closed_at" CHECK("__new_orders"."closed_at" is null or typeof("__new_orders"."closed_at") = 'integer'),
	CONSTRAINT "orders_shipped_at" CHECK("__new_orders"."shipped_at" is null or (typeof("__new_orders"."shipped_at") = 'integer' and "__new_orders"."status" = 'paid'))
);
--> statement-breakpoint
INSERT INTO `__new_orders`("id", "status", "amount_fen", "currency", "created_at", "held_until", "expires_at", "paid_at", "closed_at", "transaction_id", "idempotency_key", "fingerprint", "version", "shipped_at", "channel", "buyer", "address") SELECT "id", "status", "amount_fen", "currency", "created_at", null, "expires_at", "paid_at", "closed_at", "transaction_id", "idempotency_key", "fingerprint", "version", "shipped_at", "channel", null, null FROM `orders`;--> statement-breakpoint
DROP TABLE `orders`;--> statement-breakpoint
ALTER TABLE `__new_orders` RENAME TO `orders`;--> statement-breakpoint
CREATE UNIQUE INDEX `orders_transaction_id_unique` ON `orders` (`transaction_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_idempotency_key_unique` ON `orders` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `orders_by_status` ON `orders` (`status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `orders_by_channel` ON `orders` (`channel`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `orders_by_payment` ON `orders` (`paid_at`) WHERE "orders"."paid_at" is not null;--> statement-breakpoint
CREATE INDEX `orders_unshipped` ON `orders` (`shipped_at`,`created_at`,`id`) WHERE "orders"."status" = 'paid' and "orders"."shipped_at" is null;--> statement-breakpoint
CREATE INDEX `orders_by_expiry` ON `orders` (`status`,`expires_at`);--> statement-breakpoint
CREATE INDEX `orders_by_hold` ON `orders` (`status`,`held_until`);--> statement-breakpoint
CREATE INDEX `orders_by_buyer` ON `orders` (`buyer`) WHERE "orders"."buyer" is not null;--> statement-breakpoint
CREATE INDEX `orders_by_address` ON `orders` (`address`) WHERE "orders"."address" is not null;--> statement-breakpoint
CREATE INDEX `orders_by_creation` ON `orders` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `__new_products` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`price_fen` integer NOT NULL,
	`stock` integer NOT NULL,
	`stock_initial` integer NOT NULL,
	`image` text NOT NULL,
	`position` integer NOT NULL,
	`is_on_sale` integer DEFAULT true NOT NULL,
	`restocked` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "products_price" CHECK(typeof("__new_products"."price_fen") = 'integer' and "__new_products"."price_fen" between 1 and 1000000000),
	CONSTRAINT "products_stock" CHECK(typeof("__new_products"."stock") = 'integer' and "__new_products"."stock" between 0 and 1000000),
	CONSTRAINT "products_position" CHECK(typeof("__new_products"."position") = 'integer' and "__new_products"."position" between 0 and 1000000),
	CONSTRAINT "products_stock_initial" CHECK(typeof("__new_products"."stock_initial") = 'integer' and "__new_products"."stock_initial" between 0 and 1000000),
	CONSTRAINT "products_is_on_sale" CHECK("__new_products"."is_on_sale" in (0, 1)),
	CONSTRAINT "products_restocked" CHECK(typeof("__new_products"."restocked") = 'integer'),
	CONSTRAINT "products_version" CHECK(typeof("__new_products"."version") = 'integer' and "__new_products"."version" between 1 and 1000000000)
);
--> statement-breakpoint
INSERT INTO `__new_products`("id", "slug", "name", "description", "price_fen", "stock", "stock_initial", "image", "position", "is_on_sale", "restocked", "version") SELECT "id", "slug", "name", "description", "price_fen", "stock", "stock_initial", "image", "position", true, 0, 1 FROM `products`;--> statement-breakpoint
DROP TABLE `products`;--> statement-breakpoint
ALTER TABLE `__new_products` RENAME TO `products`;--> statement-breakpoint
CREATE UNIQUE INDEX `products_slug_unique` ON `products` (`slug`);