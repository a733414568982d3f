-- Refunds with their history; messages and calls name the refund that they are about.
CREATE TABLE "refund_changes" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refund_sources" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refund_statuses" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refund_waits" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refund_events" (
	"out_refund_no" text NOT NULL,
	"version" bigint NOT NULL,
	"what" text NOT NULL,
	"from" text,
	"to" text NOT NULL,
	"cause_kind" text NOT NULL,
	"cause_id" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "refund_events_out_refund_no_version_pk" PRIMARY KEY("out_refund_no","version"),
	CONSTRAINT "refund_events_version" CHECK ("refund_events"."version" between 1 and 1000000),
	CONSTRAINT "refund_events_at" CHECK (true)
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"out_refund_no" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"out_trade_no" text NOT NULL,
	"transaction_id" text NOT NULL,
	"status" text NOT NULL,
	"refund_fen" bigint NOT NULL,
	"paid_fen" bigint NOT NULL,
	"currency" text NOT NULL,
	"api_version" text NOT NULL,
	"sign_type" text NOT NULL,
	"request" text NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"lines" text NOT NULL,
	"returns_stock" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"approved_at" bigint,
	"accepted_at" bigint,
	"ended_at" bigint,
	"refund_id" text,
	"received_by" text,
	"note" text,
	"resolved_at" bigint,
	"problem" text,
	"waits_for" text,
	"next_check_at" bigint,
	"checks" bigint NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "refunds_currency" CHECK ("refunds"."currency" in ('CNY')),
	CONSTRAINT "refunds_amount" CHECK ("refunds"."refund_fen" between 1 and 1000000000),
	CONSTRAINT "refunds_paid" CHECK ("refunds"."paid_fen" between 1 and 1000000000),
	CONSTRAINT "refunds_part" CHECK ("refunds"."refund_fen" <= "refunds"."paid_fen"),
	CONSTRAINT "refunds_returns_stock" CHECK ("refunds"."returns_stock" in (0, 1)),
	CONSTRAINT "refunds_created_at" CHECK (true),
	CONSTRAINT "refunds_approved_at" CHECK ("refunds"."approved_at" is null or true),
	CONSTRAINT "refunds_accepted_at" CHECK ("refunds"."accepted_at" is null or true),
	CONSTRAINT "refunds_ended_at" CHECK (("refunds"."ended_at" is not null and true) = ("refunds"."status" in ('succeeded', 'closed', 'declined'))),
	CONSTRAINT "refunds_resolved_at" CHECK ("refunds"."resolved_at" is null or true),
	CONSTRAINT "refunds_next_check_at" CHECK ("refunds"."next_check_at" is null or true),
	CONSTRAINT "refunds_approved" CHECK ("refunds"."approved_at" is not null or "refunds"."status" in ('requested', 'declined')),
	CONSTRAINT "refunds_scheduled" CHECK ("refunds"."next_check_at" is null or ("refunds"."approved_at" is not null and "refunds"."ended_at" is null)),
	CONSTRAINT "refunds_checks" CHECK ("refunds"."checks" between 0 and 1000000),
	CONSTRAINT "refunds_version" CHECK ("refunds"."version" between 1 and 1000000)
);
--> statement-breakpoint
DROP INDEX "notifications_to_look_at";--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "out_refund_no" text;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "out_refund_no" text;--> statement-breakpoint
ALTER TABLE "refund_events" ADD CONSTRAINT "refund_events_out_refund_no_refunds_out_refund_no_fk" FOREIGN KEY ("out_refund_no") REFERENCES "public"."refunds"("out_refund_no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_events" ADD CONSTRAINT "refund_events_what_refund_changes_word_fk" FOREIGN KEY ("what") REFERENCES "public"."refund_changes"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_events" ADD CONSTRAINT "refund_events_from_refund_statuses_word_fk" FOREIGN KEY ("from") REFERENCES "public"."refund_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_events" ADD CONSTRAINT "refund_events_to_refund_statuses_word_fk" FOREIGN KEY ("to") REFERENCES "public"."refund_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_events" ADD CONSTRAINT "refund_events_cause_kind_causes_word_fk" FOREIGN KEY ("cause_kind") REFERENCES "public"."causes"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_out_trade_no_payments_out_trade_no_fk" FOREIGN KEY ("out_trade_no") REFERENCES "public"."payments"("out_trade_no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_status_refund_statuses_word_fk" FOREIGN KEY ("status") REFERENCES "public"."refund_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_api_version_api_versions_word_fk" FOREIGN KEY ("api_version") REFERENCES "public"."api_versions"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_source_refund_sources_word_fk" FOREIGN KEY ("source") REFERENCES "public"."refund_sources"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_waits_for_refund_waits_word_fk" FOREIGN KEY ("waits_for") REFERENCES "public"."refund_waits"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "refunds_by_order" ON "refunds" USING btree ("order_id","created_at");--> statement-breakpoint
CREATE INDEX "refunds_by_payment" ON "refunds" USING btree ("out_trade_no");--> statement-breakpoint
CREATE INDEX "refunds_by_transaction" ON "refunds" USING btree ("transaction_id");--> statement-breakpoint
CREATE INDEX "refunds_by_refund_id" ON "refunds" USING btree ("refund_id") WHERE "refunds"."refund_id" is not null;--> statement-breakpoint
CREATE INDEX "refunds_by_creation" ON "refunds" USING btree ("created_at","out_refund_no");--> statement-breakpoint
CREATE INDEX "refunds_by_status" ON "refunds" USING btree ("status","created_at","out_refund_no");--> statement-breakpoint
CREATE INDEX "refunds_open" ON "refunds" USING btree ("created_at","out_refund_no") WHERE "refunds"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "refunds_to_look_at" ON "refunds" USING btree ("created_at","out_refund_no","order_id") WHERE ("refunds"."status" = 'requested' and "refunds"."approved_at" is null) or ("refunds"."resolved_at" is null and ("refunds"."status" = 'abnormal' or "refunds"."source" = 'wechat')) or "refunds"."waits_for" in ('operator', 'developer');--> statement-breakpoint
CREATE INDEX "refunds_by_scheduled_check" ON "refunds" USING btree ("next_check_at") WHERE "refunds"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "calls_by_refund" ON "calls" USING btree ("out_refund_no","id") WHERE "calls"."out_refund_no" is not null;--> statement-breakpoint
CREATE INDEX "notifications_by_refund" ON "notifications" USING btree ("out_refund_no","id") WHERE "notifications"."out_refund_no" is not null;--> statement-breakpoint
CREATE INDEX "notifications_to_look_at" ON "notifications" USING btree ("received_at","id") WHERE "notifications"."verdict" in ('stray', 'wrong_amount', 'unknown_payment', 'contradicted', 'unknown_refund');