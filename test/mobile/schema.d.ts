export interface paths {
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can be bought */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an order and reserve its stock
         * @description Who the buyer is, is told by a cookie in the shop's own pages, by `Authorization: Bearer …` in an app, and else by the address of the request. As its token an app sends a random text of its own, made once and kept: 16 to 128 letters, digits, `_` and `-`. Without one, a request that is repeated from another network is another buyer's.
         *
         *     Unpaid orders keep goods from others, so there are limits: a buyer has at most 5 of them at a time, and they keep at most half of what there is of a product (three quarters from one address). An order for which no payment is opened with `prepay` closes after five minutes, unless the shop set another time; with one it stands until `expiresAt`.
         */
        post: operations["createOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find an order by its number and the phone number or e-mail that was left with it
         * @description Every refusal is `order_not_found`, whether there is such an order or not.
         */
        post: operations["lookUpOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An order as it is now */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/prepay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get what the device needs to pay on a channel
         * @description Another channel than before closes the former payment at WeChat first. If WeChat has the money already, the order becomes paid and the answer is `order_paid`.
         */
        post: operations["prepayOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Query WeChat whether the order is paid */
        post: operations["confirmOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close the order at WeChat and here, or find it paid */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/refund-request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the money of a paid order that was not shipped back
         * @description Asks for all that is left of it. The shop decides: then the refund becomes `processing`, or `declined` with a `note`. A declined one may be asked for again.
         */
        post: operations["requestRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the order was paid, message by message
         * @description What the shop and WeChat said to each other about the payments of this order, and what each notification was checked for; signatures are masked.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The order now and at each change, as server-sent events named `order` */
        get: operations["watchOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the store answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Products: {
            products: components["schemas"]["Product"][];
        };
        Product: {
            id: string;
            slug: string;
            /** @description In the language of Accept-Language: zh or en */
            name: string;
            description: string;
            /** @description Price of one piece, in whole fen (100 fen are 1 yuan) */
            priceFen: number;
            /** @description Pieces that can be ordered now */
            stock: number;
            /** @description Address of an illustration on this origin */
            image: string;
            /** @enum {string|null} */
            category: "green" | "white" | "oolong" | "black" | "ware" | null;
            /** @description What can be said in a word or two, such as origin and weight, in the order of a table */
            facts: {
                /** @enum {string} */
                name: "origin" | "year" | "weight" | "material" | "size" | "brewing";
                label: string;
                value: string;
            }[];
        };
        /**
         * @example {
         *       "type": "urn:wechat-pay-shop:problem:sold_out",
         *       "title": "There is not enough of this product left",
         *       "status": 409,
         *       "code": "sold_out"
         *     }
         */
        Problem: {
            type: string;
            title: string;
            status: number;
            /**
             * @description Stable; branch on this
             * @enum {string}
             */
            code: "body_too_large" | "body_timeout" | "body_aborted" | "unsupported_media_type" | "malformed_json" | "repeated_key" | "invalid_body" | "invalid_idempotency_key" | "idempotency_key_reused" | "empty_cart" | "too_many_lines" | "invalid_quantity" | "amount_too_large" | "unknown_product" | "sold_out" | "not_on_sale" | "share_exceeded" | "too_many_unpaid_orders" | "price_changed" | "invalid_email" | "invalid_phone" | "invalid_address" | "invalid_order_note" | "order_not_found" | "cart_changed" | "forbidden_origin" | "login_failed" | "wrong_code" | "sign_in_expired" | "not_signed_in" | "not_allowed" | "wrong_password" | "weak_password" | "common_password" | "second_factor_on" | "email_taken" | "last_operator" | "own_account" | "too_many_requests" | "busy" | "not_found" | "method_not_allowed" | "not_processed_yet" | "order_paid" | "order_unpaid" | "too_many_saved" | "nothing_chosen" | "already_shipped" | "not_shipped" | "invalid_tracking_number" | "order_refunded" | "refund_unreviewed" | "already_resolved" | "invalid_refund_amount" | "invalid_refund_lines" | "reason_required" | "reason_too_long" | "refund_too_much" | "refund_too_soon" | "refund_too_late" | "too_many_refunds" | "refunds_off" | "refund_pending" | "refund_decided" | "refund_not_abnormal" | "reroute_refused" | "goods_changed" | "invalid_price" | "invalid_stock" | "note_required" | "order_closed" | "order_expired" | "not_paid_yet" | "unknown_channel" | "openid_required" | "wechat_unavailable" | "wechat_refused" | "store_unavailable" | "private_key_pasted" | "not_a_public_key" | "internal";
            detail?: string;
        };
        CreatedOrder: {
            id: string;
            /** @description What people read and say in place of `id`; WeChat shows it too */
            number: string;
            status: components["schemas"]["OrderStatus"];
            /** @description What has to be paid, in whole fen (100 fen are 1 yuan) */
            amountFen: number;
            /** @enum {string} */
            currency: "CNY";
            items: components["schemas"]["OrderItem"][];
            /** @description When it was made, in epoch milliseconds */
            createdAt: number;
            /** @description Until when it can be paid, once a payment was opened, in epoch milliseconds */
            expiresAt: number;
            /** @description Proves the order as its own in `Authorization: Bearer …`; keep it with the order */
            token: string;
        };
        /** @enum {string} */
        OrderStatus: "pending" | "paid" | "closed";
        OrderItem: {
            productId: string;
            name: string;
            quantity: number;
            /** @description Price of one piece, in whole fen (100 fen are 1 yuan) */
            priceFen: number;
        };
        /**
         * @example {
         *       "items": [
         *         {
         *           "productId": "tea-longjing",
         *           "quantity": 1
         *         }
         *       ]
         *     }
         */
        NewOrder: {
            /** @description At most 20 different products; a product that is named twice is one line */
            items: {
                productId: string;
                /** @description A whole number from 1 to 99 */
                quantity: number;
            }[];
            /** @description What the buyer was told that it costs. When the goods come to another amount now, nothing is ordered and the answer is `price_changed`, with the new amount as `detail`; show it, and ask again */
            expectedAmountFen?: number;
            contact?: components["schemas"]["Contact"];
        };
        /**
         * @description What the buyer may leave; nothing of it is needed
         * @example {
         *       "phone": "13800138000",
         *       "note": "Please ring twice"
         *     }
         */
        Contact: {
            /** @description For looking the order up; at most 254 characters */
            email?: string;
            /** @description For looking the order up; at most 20 characters */
            phone?: string;
            /** @description Where the goods go; at most 200 characters */
            address?: string;
            /** @description For the shop; at most 200 characters */
            note?: string;
        };
        FoundOrder: {
            id: string;
            number: string;
            /** @description Proves the order as its own */
            token: string;
        };
        /**
         * @example {
         *       "number": "212XX-14KBY",
         *       "contact": "13800138000"
         *     }
         */
        Lookup: {
            /** @description The number of an order, however it is written */
            number: string;
            /** @description The phone number or e-mail that was left with it */
            contact: string;
        };
        Order: {
            id: string;
            /** @description What people read and say in place of `id`; WeChat shows it too */
            number: string;
            status: components["schemas"]["OrderStatus"];
            /** @description What has to be paid, in whole fen (100 fen are 1 yuan) */
            amountFen: number;
            /** @enum {string} */
            currency: "CNY";
            items: components["schemas"]["OrderItem"][];
            /** @description When it was made, in epoch milliseconds */
            createdAt: number;
            /** @description Until when it can be paid, once a payment was opened, in epoch milliseconds */
            expiresAt: number;
            /** @description When WeChat took the money, in epoch milliseconds */
            paidAt: number | null;
            /** @description When it was closed, in epoch milliseconds */
            closedAt: number | null;
            /** @description WeChat's number of the payment */
            transactionId: string | null;
            channel: components["schemas"]["Channel"];
            /** @description Every attempt to pay; `stray` is money that did not pay this order */
            payments: {
                outTradeNo: string;
                channel: components["schemas"]["Channel"] & unknown;
                /** @enum {string} */
                status: "preparing" | "open" | "paid" | "closed" | "stray";
            }[];
            /** @description When the goods left, in epoch milliseconds */
            shippedAt: number | null;
            /** @description The carrier's number of the parcel */
            trackingNumber: string | null;
            contact: components["schemas"]["KeptContact"];
            /** @description What went back to the buyer, in whole fen (100 fen are 1 yuan) */
            refundedFen: number;
            /** @description Oldest first; also of money that did not pay this order */
            refunds: components["schemas"]["Refund"][];
        };
        /**
         * @description Channel of the payment that can be paid now
         * @enum {string|null}
         */
        Channel: "native" | "app" | "h5" | "jsapi" | null;
        /** @description What the buyer left */
        KeptContact: {
            email: string | null;
            phone: string | null;
            address: string | null;
            note: string | null;
        };
        Refund: {
            id: string;
            /** @description What goes back, in whole fen (100 fen are 1 yuan) */
            amountFen: number;
            /**
             * @description requested: waits for the shop or is being sent; processing: WeChat took it on; succeeded: it went back; closed: nothing went back; abnormal: the shop settles it by hand; declined: the shop did not agree
             * @enum {string}
             */
            status: "requested" | "processing" | "succeeded" | "closed" | "abnormal" | "declined";
            reason: string;
            /** @description When it was made or asked for, in epoch milliseconds */
            createdAt: number;
            /** @description Null while a wish of the buyer waits */
            approvedAt: number | null;
            /** @description The shop's answer to the buyer's wish */
            note: string | null;
        };
        Prepay: components["schemas"]["PrepayNative"] | components["schemas"]["PrepayApp"] | components["schemas"]["PrepayH5"] | components["schemas"]["PrepayJsapi"];
        PrepayNative: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            channel: "native";
            outTradeNo: string;
            /** @description Until when it can be paid, in epoch milliseconds */
            expiresAt: number;
            /** @description Draw it as a QR code */
            codeUrl: string;
        };
        PrepayApp: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            channel: "app";
            outTradeNo: string;
            /** @description Until when it can be paid, in epoch milliseconds */
            expiresAt: number;
            /** @description Map these names to the SDK, and never sign them again. With API v2 these very names were signed, all lower case; with v3 `sign` is RSA in Base64 over four lines without names. The app does the same with either. */
            app: {
                /** @description iOS: registered beforehand; Android PayReq: appId */
                appid: string;
                /** @description PayReq: partnerId */
                partnerid: string;
                /** @description PayReq: prepayId */
                prepayid: string;
                /** @description iOS PayReq: package; Android PayReq: packageValue */
                package: string;
                /** @description PayReq: nonceStr */
                noncestr: string;
                /** @description PayReq: timeStamp (iOS: UInt32, Android: String) */
                timestamp: string;
                /** @description PayReq: sign. 32 or 64 characters of hex with API v2, 344 of Base64 with v3 */
                sign: string;
            };
        };
        PrepayH5: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            channel: "h5";
            outTradeNo: string;
            /** @description Until when it can be paid, in epoch milliseconds */
            expiresAt: number;
            /** @description Open it in the phone's browser within five minutes; it comes back to the order */
            mwebUrl: string;
        };
        PrepayJsapi: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            channel: "jsapi";
            outTradeNo: string;
            /** @description Until when it can be paid, in epoch milliseconds */
            expiresAt: number;
            /** @description For WeixinJSBridge getBrandWCPayRequest; wx.requestPayment takes all but appId */
            jsapi: {
                appId: string;
                timeStamp: string;
                nonceStr: string;
                package: string;
                /** @description MD5 or HMAC-SHA256 with API v2, RSA with v3; hand it over as it is */
                signType: string;
                paySign: string;
            };
        };
        /**
         * @example {
         *       "channel": "app"
         *     }
         */
        PrepayRequest: {
            channel: components["schemas"]["Channel"] & unknown;
            /** @description The payer under our appid; needed on `jsapi` only */
            openid?: string;
        };
        /**
         * @example {
         *       "reason": "Ordered by mistake"
         *     }
         */
        RefundRequest: {
            /** @description Why; at most 80 bytes in UTF-8 */
            reason: string;
        };
        Timeline: {
            /** @description Oldest first */
            steps: ({
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /** @enum {string} */
                type: "made";
            } | {
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /** @enum {string} */
                type: "payment";
                outTradeNo: string;
                channel: components["schemas"]["Channel"] & unknown;
                /** @enum {string} */
                apiVersion: "v2" | "v3";
            } | {
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /**
                 * @description The shop called WeChat
                 * @enum {string}
                 */
                type: "call";
                /** @enum {string} */
                purpose: "order" | "query" | "close";
                path: string;
                /** @description In milliseconds */
                tookMs: number;
                /** @description Whether the answer could be believed */
                isAnswered: boolean;
                sent: {
                    name: string;
                    value: string;
                }[];
                answered: {
                    name: string;
                    value: string;
                }[];
            } | {
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /**
                 * @description WeChat gave what the payment is opened with
                 * @enum {string}
                 */
                type: "handed_over";
                channel: components["schemas"]["Channel"] & unknown;
                /** @description Fields that the shop signed once more, for the buyer's device */
                signed: string[];
            } | {
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /** @enum {string} */
                type: "notification";
                /** @description Whether WeChat signed it */
                isAuthentic: boolean;
                /** @description How often the very same came */
                times: number;
                /** @description In order */
                checks: {
                    name: string;
                    passed: boolean;
                }[];
            } | {
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /**
                 * @description What WeChat was answered
                 * @enum {string}
                 */
                type: "reply";
                verdict: string;
                /** @enum {string} */
                reply: "acknowledge" | "retry";
                /** @description In milliseconds */
                tookMs: number;
            } | {
                /** @description Counts the steps */
                number: number;
                /** @description When it happened, in epoch milliseconds */
                at: number;
                /** @enum {string} */
                type: "became";
                /** @enum {string} */
                status: "paid" | "closed";
                /** @enum {string} */
                by: "notification" | "buyer" | "shop";
            })[];
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded" | "unavailable";
            problems?: ("stopping" | "not_writable" | "not_readable" | "disk_full" | "log_large" | "worker_late" | "notifications_refused" | "certificate_ends_soon" | "certificate_expired")[];
            /** @description The process that answered, by a word that it drew at its start */
            instance: string;
            /** @enum {string} */
            database: "sqlite" | "postgres";
            /**
             * @description Whether other processes tell this one of changes, or it looks for them
             * @enum {string}
             */
            news: "listen" | "poll";
            /** @description This and what follows is said on the same machine only */
            host?: string;
            pid?: number;
            /** @description How many processes work on this database */
            processes?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listProducts: {
        parameters: {
            query?: {
                category?: "green" | "white" | "oolong" | "black" | "ware";
                /** @description Words that all have to be there, in either language */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All products, or those that are looked for, in the order of the shop window */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Products"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description 16 to 128 visible characters, such as a UUID. The same key and body from the same buyer within 24 hours give the same order; another buyer with the same key gets an order of their own. Who sends neither a token nor a cookie is known by the address alone, which others may share: then the key and the body are all that tells two buyers apart, and whoever sends both is handed the order and its token. So make the key at random, such as a UUID of version 4, for one order only, and keep it as secret as the token */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrder"];
            };
        };
        responses: {
            /** @description The order, with the token that proves it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedOrder"];
                };
            };
            /**
             * @description `malformed_json`: The body is not JSON
             *
             *     `repeated_key`: The body names a key twice
             *
             *     `invalid_body`: The body does not have the expected shape
             *
             *     `body_aborted`: The body ended before it was complete
             *
             *     `empty_cart`: There is nothing to order
             *
             *     `too_many_lines`: An order has at most 20 different products
             *
             *     `invalid_quantity`: The quantity must be a whole number from 1 to 99
             *
             *     `unknown_product`: There is no such product
             *
             *     `amount_too_large`: An order comes to at most 1000000000 fen
             *
             *     `invalid_email`: This is no e-mail address, or it has more than 254 characters
             *
             *     `invalid_phone`: A phone number has 5 to 20 digits, blanks and hyphens
             *
             *     `invalid_address`: An address has at most 200 characters
             *
             *     `invalid_order_note`: A note has at most 200 characters
             *
             *     `invalid_idempotency_key`: An Idempotency-Key has 16 to 128 visible characters
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_on_sale`: This product is not on sale any more
             *
             *     `price_changed`: The price is not what the buyer was told
             *
             *     `sold_out`: There is not enough of this product left
             *
             *     `share_exceeded`: An unpaid order takes at most half of what is left of a product
             *
             *     `too_many_unpaid_orders`: Too many orders of this buyer, or from this address, are not paid yet
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than this address accepts */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: This content type is not accepted here */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: This Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookUpOrder: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Lookup"];
            };
        };
        responses: {
            /** @description The order, with the token that proves it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundOrder"];
                };
            };
            /**
             * @description `malformed_json`: The body is not JSON
             *
             *     `repeated_key`: The body names a key twice
             *
             *     `invalid_body`: The body does not have the expected shape
             *
             *     `body_aborted`: The body ended before it was complete
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order_not_found`: There is no order with this number and this phone number or e-mail */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than this address accepts */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: This content type is not accepted here */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prepayOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrepayRequest"];
            };
        };
        responses: {
            /** @description Parameters for the channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prepay"];
                };
            };
            /**
             * @description `malformed_json`: The body is not JSON
             *
             *     `repeated_key`: The body names a key twice
             *
             *     `invalid_body`: The body does not have the expected shape
             *
             *     `body_aborted`: The body ended before it was complete
             *
             *     `unknown_channel`: There is no such channel
             *
             *     `openid_required`: The jsapi channel needs the openid of the payer
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden_origin`: The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `order_paid`: The order is paid already
             *
             *     `order_closed`: The order is closed
             *
             *     `order_expired`: The time to pay the order is over
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than this address accepts */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: This content type is not accepted here */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `wechat_unavailable`: WeChat Pay did not answer; the order is unchanged
             *
             *     `wechat_refused`: WeChat Pay refused the payment; the order is unchanged
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order, after WeChat answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `forbidden_origin`: The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wechat_unavailable`: WeChat Pay did not answer; the order is unchanged */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order: closed, or paid if WeChat says so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `forbidden_origin`: The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wechat_unavailable`: WeChat Pay did not answer; the order is unchanged */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundRequest"];
            };
        };
        responses: {
            /** @description The order, with the refund that waits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `malformed_json`: The body is not JSON
             *
             *     `repeated_key`: The body names a key twice
             *
             *     `invalid_body`: The body does not have the expected shape
             *
             *     `body_aborted`: The body ended before it was complete
             *
             *     `reason_required`: A reason is needed
             *
             *     `reason_too_long`: A reason has at most 80 bytes in UTF-8
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden_origin`: The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: The body did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `order_unpaid`: The order is not paid
             *
             *     `order_closed`: The order is closed
             *
             *     `already_shipped`: The order was marked as shipped already
             *
             *     `refund_pending`: A refund was asked for already, and waits for an answer
             *
             *     `refund_too_much`: This is more than is left of the payment
             *
             *     `refund_too_late`: WeChat refunds a payment for one year
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than this address accepts */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: This content type is not accepted here */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream; the data of each event is an Order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `not_found`: There is nothing here for you */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Something went wrong; nothing was changed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `busy`: Too much is going on at the moment; nothing was changed
             *
             *     `store_unavailable`: The shop cannot write at the moment; nothing was changed
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It does not */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
}
