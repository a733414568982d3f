// wechatpay-go, the official one, as its users call it: API v3.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	number, mchid := os.Getenv("NUMBER"), os.Getenv("MCHID")
	key, err := utils.LoadPrivateKey(os.Getenv("MERCHANT_KEY"))
	must(err)
	client, err := core.NewClient(ctx, option.WithWechatPayAutoAuthCipher(mchid, os.Getenv("MERCHANT_SERIAL"), key, os.Getenv("V3_KEY")))
	must(err)
	orders := native.NativeApiService{Client: client}
	_, _, err = orders.Prepay(ctx, native.PrepayRequest{
		Appid:       core.String(os.Getenv("APPID")),
		Mchid:       core.String(mchid),
		Description: core.String("Longjing"),
		OutTradeNo:  core.String(number),
		NotifyUrl:   core.String("https://shop.example.com/notify"),
		Amount:      &native.Amount{Total: core.Int64(8800), Currency: core.String("CNY")},
	})
	must(err)
	fmt.Println("placed")
	bufio.NewReader(os.Stdin).ReadString('\n')
	trade, _, err := orders.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{OutTradeNo: core.String(number), Mchid: core.String(mchid)})
	must(err)
	refunds := refunddomestic.RefundsApiService{Client: client}
	refund, _, err := refunds.Create(ctx, refunddomestic.CreateRequest{
		OutTradeNo:  core.String(number),
		OutRefundNo: core.String("R-" + number),
		Amount:      &refunddomestic.AmountReq{Refund: core.Int64(3000), Total: core.Int64(8800), Currency: core.String("CNY")},
	})
	must(err)
	fmt.Println(*trade.TradeState, *refund.Status)
}
