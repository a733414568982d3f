// A program as its author wrote it, with Go's own library alone: nothing in it speaks of an emulator or of a proxy.
package main

import (
	"bufio"
	"crypto/md5"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"sort"
	"strings"
)

func call(client *http.Client, path string, more map[string]string) string {
	fields := map[string]string{"appid": os.Getenv("APPID"), "mch_id": os.Getenv("MCHID"), "nonce_str": "n", "out_trade_no": os.Getenv("NUMBER")}
	for name, value := range more {
		fields[name] = value
	}
	names := []string{}
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	text := ""
	for _, name := range names {
		text += name + "=" + fields[name] + "&"
	}
	fields["sign"] = fmt.Sprintf("%X", md5.Sum([]byte(text+"key="+os.Getenv("API_KEY"))))
	body := "<xml>"
	for name, value := range fields {
		body += "<" + name + ">" + value + "</" + name + ">"
	}
	answer, err := client.Post("https://api.mch.weixin.qq.com"+path, "text/xml", strings.NewReader(body+"</xml>"))
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	bytes, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	return string(bytes)
}

func valueOf(answer string, name string) string {
	found := regexp.MustCompile("<" + name + `><!\[CDATA\[(.*?)\]\]>`).FindStringSubmatch(answer)
	if found == nil {
		return answer
	}
	return found[1]
}

func main() {
	call(http.DefaultClient, "/pay/unifiedorder", map[string]string{
		"body": "Longjing", "total_fee": "8800", "spbill_create_ip": "127.0.0.1",
		"notify_url": "http://127.0.0.1:9/notify", "trade_type": "NATIVE", "product_id": "tea-1",
	})
	fmt.Println("placed")
	bufio.NewReader(os.Stdin).ReadString('\n')
	state := valueOf(call(http.DefaultClient, "/pay/orderquery", nil), "trade_state")
	own, err := tls.X509KeyPair([]byte(os.Getenv("MERCHANT_CERTIFICATE")), []byte(os.Getenv("MERCHANT_KEY")))
	if err != nil {
		panic(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{Certificates: []tls.Certificate{own}}
	refund := call(&http.Client{Transport: transport}, "/secapi/pay/refund", map[string]string{
		"out_refund_no": "R-" + os.Getenv("NUMBER"), "total_fee": "8800", "refund_fee": "3000",
	})
	fmt.Println(state, valueOf(refund, "result_code"))
}
