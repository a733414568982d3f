CREATE TABLE "admin_actions" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_versions" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "causes" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification_kinds" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_statuses" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_statuses" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replies" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transaction_outcomes" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transaction_sources" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"order_id" text NOT NULL,
	"version" bigint NOT NULL,
	"from" text,
	"to" text NOT NULL,
	"cause_kind" text NOT NULL,
	"cause_id" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "order_events_order_id_version_pk" PRIMARY KEY("order_id","version"),
	CONSTRAINT "order_events_version" CHECK ("order_events"."version" between 1 and 1000000),
	CONSTRAINT "order_events_at" CHECK (true)
);
--> statement-breakpoint
CREATE TABLE "order_items" (
	"order_id" text NOT NULL,
	"position" bigint NOT NULL,
	"product_id" text NOT NULL,
	"name" text NOT NULL,
	"quantity" bigint NOT NULL,
	"price_fen" bigint NOT NULL,
	CONSTRAINT "order_items_order_id_position_pk" PRIMARY KEY("order_id","position"),
	CONSTRAINT "order_items_position" CHECK ("order_items"."position" between 0 and 1000000),
	CONSTRAINT "order_items_quantity" CHECK ("order_items"."quantity" between 1 and 1000000),
	CONSTRAINT "order_items_price" CHECK ("order_items"."price_fen" between 1 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"currency" text NOT NULL,
	"created_at" bigint NOT NULL,
	"held_until" bigint,
	"expires_at" bigint NOT NULL,
	"paid_at" bigint,
	"closed_at" bigint,
	"transaction_id" text,
	"idempotency_key" text,
	"fingerprint" text,
	"version" bigint NOT NULL,
	"shipped_at" bigint,
	"channel" text,
	"buyer" text,
	"address" text,
	CONSTRAINT "orders_transaction_id_unique" UNIQUE("transaction_id"),
	CONSTRAINT "orders_idempotency_key_unique" UNIQUE("idempotency_key"),
	CONSTRAINT "orders_currency" CHECK ("orders"."currency" in ('CNY')),
	CONSTRAINT "orders_amount" CHECK ("orders"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "orders_paid" CHECK (("orders"."status" = 'paid') = ("orders"."transaction_id" is not null)),
	CONSTRAINT "orders_version" CHECK ("orders"."version" between 1 and 1000000),
	CONSTRAINT "orders_instants" CHECK (true and true),
	CONSTRAINT "orders_held_until" CHECK ("orders"."held_until" is null or true),
	CONSTRAINT "orders_paid_at" CHECK ("orders"."paid_at" is null or true),
	CONSTRAINT "orders_closed_at" CHECK ("orders"."closed_at" is null or true),
	CONSTRAINT "orders_shipped_at" CHECK ("orders"."shipped_at" is null or (true and "orders"."status" = 'paid'))
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"out_trade_no" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"channel" text NOT NULL,
	"status" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"currency" text NOT NULL,
	"sign_type" text NOT NULL,
	"request" text NOT NULL,
	"prepay_id" text,
	"code_url" text,
	"mweb_url" text,
	"prepaid_at" bigint,
	"transaction_id" text,
	"created_at" bigint NOT NULL,
	"next_check_at" bigint,
	"checks" bigint NOT NULL,
	"version" bigint NOT NULL,
	"api_version" text DEFAULT 'v2' NOT NULL,
	"refund_seen_at" bigint,
	"refund_reviewed_at" bigint,
	CONSTRAINT "payments_transaction_id_unique" UNIQUE("transaction_id"),
	CONSTRAINT "payments_currency" CHECK ("payments"."currency" in ('CNY')),
	CONSTRAINT "payments_checks" CHECK ("payments"."checks" between 0 and 1000000),
	CONSTRAINT "payments_paid" CHECK ("payments"."status" not in ('paid', 'stray') or "payments"."transaction_id" is not null),
	CONSTRAINT "payments_amount" CHECK ("payments"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "payments_version" CHECK ("payments"."version" between 1 and 1000000),
	CONSTRAINT "payments_created_at" CHECK (true),
	CONSTRAINT "payments_prepaid_at" CHECK ("payments"."prepaid_at" is null or true),
	CONSTRAINT "payments_refund_seen_at" CHECK ("payments"."refund_seen_at" is null or true),
	CONSTRAINT "payments_refund_reviewed_at" CHECK ("payments"."refund_reviewed_at" is null or (true and "payments"."refund_seen_at" is not null)),
	CONSTRAINT "payments_next_check_at" CHECK (("payments"."next_check_at" is not null and true) = ("payments"."status" in ('preparing', 'open')))
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"price_fen" bigint NOT NULL,
	"stock" bigint NOT NULL,
	"stock_initial" bigint NOT NULL,
	"image" text NOT NULL,
	"position" bigint NOT NULL,
	"is_on_sale" bigint DEFAULT 1 NOT NULL,
	"restocked" bigint DEFAULT 0 NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "products_slug_unique" UNIQUE("slug"),
	CONSTRAINT "products_price" CHECK ("products"."price_fen" between 1 and 1000000000),
	CONSTRAINT "products_stock" CHECK ("products"."stock" between 0 and 1000000),
	CONSTRAINT "products_position" CHECK ("products"."position" between 0 and 1000000),
	CONSTRAINT "products_stock_initial" CHECK ("products"."stock_initial" between 0 and 1000000),
	CONSTRAINT "products_is_on_sale" CHECK ("products"."is_on_sale" in (0, 1)),
	CONSTRAINT "products_restocked" CHECK (true),
	CONSTRAINT "products_version" CHECK ("products"."version" between 1 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"transaction_id" text PRIMARY KEY NOT NULL,
	"out_trade_no" text NOT NULL,
	"order_id" text,
	"paid_fen" bigint NOT NULL,
	"currency" text NOT NULL,
	"paid_at" bigint NOT NULL,
	"outcome" text NOT NULL,
	"seen_at" bigint NOT NULL,
	"seen_by" text NOT NULL,
	"resolved_at" bigint,
	"resolved_by" text,
	"resolution" text,
	CONSTRAINT "transactions_paid" CHECK ("transactions"."paid_fen" between 0 and 999999999999),
	CONSTRAINT "transactions_order" CHECK (("transactions"."outcome" = 'unknown_order') = ("transactions"."order_id" is null)),
	CONSTRAINT "transactions_instants" CHECK (true and true),
	CONSTRAINT "transactions_resolved_at" CHECK ("transactions"."resolved_at" is null or true),
	CONSTRAINT "transactions_resolved" CHECK (("transactions"."resolved_at" is null) = ("transactions"."resolved_by" is null) and ("transactions"."resolved_at" is null) = ("transactions"."resolution" is null))
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" bigint NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"address" text NOT NULL,
	"action" text NOT NULL,
	"order_id" text,
	"notification_id" bigint,
	"transaction_id" text,
	"detail" text NOT NULL,
	"outcome_of" bigint,
	CONSTRAINT "audit_at" CHECK (true)
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" bigint NOT NULL,
	"duration_ms" bigint NOT NULL,
	"path" text NOT NULL,
	"out_trade_no" text,
	"outcome" text NOT NULL,
	"is_answered" bigint NOT NULL,
	"request" text NOT NULL,
	"answer" text NOT NULL,
	CONSTRAINT "calls_at" CHECK (true),
	CONSTRAINT "calls_duration" CHECK ("calls"."duration_ms" between 0 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"name" text PRIMARY KEY NOT NULL,
	"value" bigint NOT NULL,
	CONSTRAINT "counters_value" CHECK ("counters"."value" between 0 and 9007199254740991)
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "notifications_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"received_at" bigint NOT NULL,
	"remote_address" text NOT NULL,
	"times" bigint NOT NULL,
	"replay_of" bigint,
	"body_bytes" bigint NOT NULL,
	"body_sha256" text NOT NULL,
	"verdict" text,
	"reply" text,
	"concluded_at" bigint,
	"order_id" text,
	"out_trade_no" text,
	"transaction_id" text,
	"claimed_fen" bigint,
	"counted_bytes" bigint,
	"expected_sign" text,
	"received_sign" text,
	"headers" text NOT NULL,
	"checks" text,
	"query_answer" text,
	"signed_text" text,
	"body" "bytea" NOT NULL,
	"api_version" text DEFAULT 'v2' NOT NULL,
	"kind" text,
	CONSTRAINT "notifications_received_at" CHECK (true),
	CONSTRAINT "notifications_concluded_at" CHECK ("notifications"."concluded_at" is null or true),
	CONSTRAINT "notifications_body_type" CHECK (true),
	CONSTRAINT "notifications_body" CHECK ("notifications"."body_bytes" = length("notifications"."body")),
	CONSTRAINT "notifications_times" CHECK ("notifications"."times" between 1 and 1000000000),
	CONSTRAINT "notifications_concluded" CHECK (("notifications"."verdict" is null) = ("notifications"."concluded_at" is null) and ("notifications"."verdict" is null) = ("notifications"."reply" is null)),
	CONSTRAINT "notifications_claimed" CHECK ("notifications"."claimed_fen" is null or (true and "notifications"."claimed_fen" >= 0)),
	CONSTRAINT "notifications_replay" CHECK ("notifications"."replay_of" is null or true),
	CONSTRAINT "notifications_counted" CHECK ("notifications"."counted_bytes" is null or true)
);
--> statement-breakpoint
CREATE TABLE "pulse" (
	"id" bigint PRIMARY KEY NOT NULL,
	"beats" bigint NOT NULL,
	CONSTRAINT "pulse_beats" CHECK ("pulse"."beats" between 1 and 9007199254740991)
);
--> statement-breakpoint
CREATE TABLE "verdict_counts" (
	"hour" bigint NOT NULL,
	"verdict" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "verdict_counts_hour_verdict_pk" PRIMARY KEY("hour","verdict"),
	CONSTRAINT "verdict_counts_hour" CHECK (true),
	CONSTRAINT "verdict_counts_count" CHECK ("verdict_counts"."count" between 1 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" bigint,
	"refresh_token_expires_at" bigint,
	"scope" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"points" bigint NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "two_factor" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"verified" bigint NOT NULL,
	"failed_verification_count" bigint DEFAULT 0 NOT NULL,
	"locked_until" bigint,
	CONSTRAINT "two_factor_user_id_unique" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" bigint NOT NULL,
	"image" text,
	"role" text NOT NULL,
	"two_factor_enabled" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "user_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "commits" (
	"id" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_from_order_statuses_word_fk" FOREIGN KEY ("from") REFERENCES "public"."order_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_to_order_statuses_word_fk" FOREIGN KEY ("to") REFERENCES "public"."order_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_cause_kind_causes_word_fk" FOREIGN KEY ("cause_kind") REFERENCES "public"."causes"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_status_order_statuses_word_fk" FOREIGN KEY ("status") REFERENCES "public"."order_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_channel_channels_word_fk" FOREIGN KEY ("channel") REFERENCES "public"."channels"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_channel_channels_word_fk" FOREIGN KEY ("channel") REFERENCES "public"."channels"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_status_payment_statuses_word_fk" FOREIGN KEY ("status") REFERENCES "public"."payment_statuses"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_api_version_api_versions_word_fk" FOREIGN KEY ("api_version") REFERENCES "public"."api_versions"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_outcome_transaction_outcomes_word_fk" FOREIGN KEY ("outcome") REFERENCES "public"."transaction_outcomes"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_seen_by_transaction_sources_word_fk" FOREIGN KEY ("seen_by") REFERENCES "public"."transaction_sources"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_role_roles_word_fk" FOREIGN KEY ("role") REFERENCES "public"."roles"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_action_admin_actions_word_fk" FOREIGN KEY ("action") REFERENCES "public"."admin_actions"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_transaction_id_transactions_transaction_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "public"."transactions"("transaction_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_outcome_of_audit_id_fk" FOREIGN KEY ("outcome_of") REFERENCES "public"."audit"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_verdict_verdicts_word_fk" FOREIGN KEY ("verdict") REFERENCES "public"."verdicts"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_reply_replies_word_fk" FOREIGN KEY ("reply") REFERENCES "public"."replies"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_api_version_api_versions_word_fk" FOREIGN KEY ("api_version") REFERENCES "public"."api_versions"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_kind_notification_kinds_word_fk" FOREIGN KEY ("kind") REFERENCES "public"."notification_kinds"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdict_counts" ADD CONSTRAINT "verdict_counts_verdict_verdicts_word_fk" FOREIGN KEY ("verdict") REFERENCES "public"."verdicts"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "two_factor" ADD CONSTRAINT "two_factor_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orders_by_status" ON "orders" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_channel" ON "orders" USING btree ("channel","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_by_payment" ON "orders" USING btree ("paid_at") WHERE "orders"."paid_at" is not null;--> statement-breakpoint
CREATE INDEX "orders_unshipped" ON "orders" USING btree ("shipped_at","created_at","id") WHERE "orders"."status" = 'paid' and "orders"."shipped_at" is null;--> statement-breakpoint
CREATE INDEX "orders_by_expiry" ON "orders" USING btree ("status","expires_at");--> statement-breakpoint
CREATE INDEX "orders_by_hold" ON "orders" USING btree ("status","held_until");--> statement-breakpoint
CREATE INDEX "orders_by_buyer" ON "orders" USING btree ("buyer") WHERE "orders"."buyer" is not null;--> statement-breakpoint
CREATE INDEX "orders_by_address" ON "orders" USING btree ("address") WHERE "orders"."address" is not null;--> statement-breakpoint
CREATE INDEX "orders_by_creation" ON "orders" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_one_live" ON "payments" USING btree ("order_id") WHERE "payments"."status" in ('preparing', 'open');--> statement-breakpoint
CREATE INDEX "payments_by_order" ON "payments" USING btree ("order_id","created_at");--> statement-breakpoint
CREATE INDEX "payments_refunded" ON "payments" USING btree ("order_id") WHERE "payments"."refund_seen_at" is not null and "payments"."refund_reviewed_at" is null;--> statement-breakpoint
CREATE INDEX "payments_by_scheduled_check" ON "payments" USING btree ("next_check_at") WHERE "payments"."next_check_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_one_applied" ON "transactions" USING btree ("order_id") WHERE "transactions"."outcome" = 'applied';--> statement-breakpoint
CREATE INDEX "transactions_by_number" ON "transactions" USING btree ("out_trade_no");--> statement-breakpoint
CREATE INDEX "transactions_by_order" ON "transactions" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "transactions_to_look_at" ON "transactions" USING btree ("seen_at","transaction_id") WHERE "transactions"."outcome" <> 'applied' and "transactions"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "audit_by_action" ON "audit" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "audit_by_email" ON "audit" USING btree ("email","id");--> statement-breakpoint
CREATE INDEX "audit_by_order" ON "audit" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "audit_by_notification" ON "audit" USING btree ("notification_id","id");--> statement-breakpoint
CREATE INDEX "audit_by_transaction" ON "audit" USING btree ("transaction_id","id");--> statement-breakpoint
CREATE INDEX "calls_by_time" ON "calls" USING btree ("at","is_answered","duration_ms");--> statement-breakpoint
CREATE INDEX "calls_by_number" ON "calls" USING btree ("out_trade_no","id");--> statement-breakpoint
CREATE INDEX "notifications_by_time" ON "notifications" USING btree ("received_at","id");--> statement-breakpoint
CREATE INDEX "notifications_by_verdict_and_time" ON "notifications" USING btree ("verdict","received_at","id");--> statement-breakpoint
CREATE INDEX "notifications_to_look_at" ON "notifications" USING btree ("received_at","id") WHERE "notifications"."verdict" in ('stray', 'wrong_amount', 'unknown_payment', 'contradicted');--> statement-breakpoint
CREATE INDEX "notifications_by_transaction" ON "notifications" USING btree ("transaction_id","id");--> statement-breakpoint
CREATE INDEX "notifications_by_replay" ON "notifications" USING btree ("replay_of") WHERE "notifications"."replay_of" is not null;--> statement-breakpoint
CREATE INDEX "notifications_counted" ON "notifications" USING btree ("id","counted_bytes") WHERE "notifications"."counted_bytes" is not null;--> statement-breakpoint
CREATE INDEX "notifications_unprocessed" ON "notifications" USING btree ("received_at") WHERE "notifications"."verdict" is null;--> statement-breakpoint
CREATE INDEX "notifications_by_body" ON "notifications" USING btree ("body_sha256","verdict");--> statement-breakpoint
CREATE INDEX "notifications_by_number" ON "notifications" USING btree ("out_trade_no","id");--> statement-breakpoint
CREATE INDEX "notifications_by_order" ON "notifications" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "account_by_user" ON "account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_by_user" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verification_by_identifier" ON "verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "commits_by_time" ON "commits" USING btree ("at");