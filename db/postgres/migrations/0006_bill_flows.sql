CREATE TABLE "bill_flows" (
	"file_id" bigint NOT NULL,
	"line" bigint NOT NULL,
	"type" text NOT NULL,
	"is_fee" bigint NOT NULL,
	"at" bigint NOT NULL,
	"wechat_number" text NOT NULL,
	"number" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	CONSTRAINT "bill_flows_file_id_wechat_number_line_pk" PRIMARY KEY("file_id","wechat_number","line"),
	CONSTRAINT "bill_flows_line" CHECK ("bill_flows"."line" between 1 and 1000000),
	CONSTRAINT "bill_flows_at" CHECK (true),
	CONSTRAINT "bill_flows_amount_fen" CHECK (true)
);
--> statement-breakpoint
ALTER TABLE "bill_differences" ADD COLUMN "moved" text;--> statement-breakpoint
ALTER TABLE "bill_rows" ADD COLUMN "wechat_number" text;--> statement-breakpoint
ALTER TABLE "bill_flows" ADD CONSTRAINT "bill_flows_file_id_bill_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."bill_files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bill_flows" ADD CONSTRAINT "bill_flows_type_difference_subjects_word_fk" FOREIGN KEY ("type") REFERENCES "public"."difference_subjects"("word") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bill_rows_by_wechat_number" ON "bill_rows" USING btree ("wechat_number");