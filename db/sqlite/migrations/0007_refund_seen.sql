-- When WeChat said that money of a payment went back, and when somebody had looked at it.
ALTER TABLE `payments` ADD `refund_seen_at` integer CONSTRAINT "payments_refund_seen_at" CHECK("refund_seen_at" is null or typeof("refund_seen_at") = 'integer');--> statement-breakpoint
ALTER TABLE `payments` ADD `refund_reviewed_at` integer CONSTRAINT "payments_refund_reviewed_at" CHECK("refund_reviewed_at" is null or (typeof("refund_reviewed_at") = 'integer' and "refund_seen_at" is not null));--> statement-breakpoint
CREATE INDEX `payments_refunded` ON `payments` (`order_id`) WHERE "payments"."refund_seen_at" is not null and "payments"."refund_reviewed_at" is null;
